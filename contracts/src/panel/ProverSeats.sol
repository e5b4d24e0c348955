// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {PausableByGuardian} from "../PausableByGuardian.sol";
import {IProverRegistry} from "../interfaces/IProverRegistry.sol";

/// @title Provers' bonds, and who was seated when
/// @notice See {IProverRegistry}.
/// @dev Seats are numbered without gaps, and every change of a seat is a checkpoint in time, so that a draw is a function of
/// the seed and of a past moment alone: it does not depend on when it is made, or by whom.
abstract contract ProverSeats is IProverRegistry, PausableByGuardian {
    using SafeERC20 for IERC20;
    using Checkpoints for Checkpoints.Trace208;

    IERC20 public immutable token;
    uint128 internal immutable _bondAmount;
    uint64 internal immutable _minimumAge;
    uint64 internal immutable _exitDelay;
    address internal immutable _forfeitTo;

    /// @notice Slashed and not yet collected.
    uint256 public slashed;

    mapping(address prover => Prover) internal _provers;
    mapping(uint256 place => Checkpoints.Trace208) private _seats;
    Checkpoints.Trace208 private _count;

    constructor(IERC20 token_, Parameters memory chosen) {
        if (chosen.bond == 0) {
            revert ParametersInvalid("bond");
        }
        if (chosen.minimumAge == 0) {
            revert ParametersInvalid("minimumAge");
        }
        if (chosen.forfeitTo == address(0)) {
            revert ParametersInvalid("forfeitTo");
        }
        token = token_;
        _bondAmount = chosen.bond;
        _minimumAge = chosen.minimumAge;
        _exitDelay = chosen.exitDelay;
        _forfeitTo = chosen.forfeitTo;
    }

    /// @notice Takes a seat.
    /// @dev Effects: the caller is seated from now on; takes the bond. Requirements: no bond of the caller's is here, also
    /// none that is leaving; not paused.
    function bond() external whenNotPaused {
        Prover storage prover = _provers[msg.sender];
        if (prover.bond != 0) {
            revert BondedAlready(msg.sender);
        }
        uint256 count = _count.latest();
        prover.bond = _bondAmount;
        prover.since = uint48(block.timestamp);
        prover.exitRequestedAt = 0;
        prover.place = uint32(count + 1);
        _seat(count, msg.sender);
        _setCount(count + 1);
        emit ProverBonded(msg.sender, _bondAmount);
        token.safeTransferFrom(msg.sender, address(this), _bondAmount);
    }

    /// @notice Gives the caller's seat up.
    /// @dev Effects: no plan committed later than the minimum age from now can draw it; its bond waits. Requirements: seated.
    function requestExit() external {
        Prover storage prover = _provers[msg.sender];
        if (prover.place == 0) {
            revert NotSeated(msg.sender);
        }
        _unseat(prover);
        prover.exitRequestedAt = uint48(block.timestamp);
        emit ProverExitRequested(msg.sender, uint64(block.timestamp) + _exitDelay);
    }

    /// @notice Takes the caller's bond out.
    /// @dev Effects: pays it. Requirements: the seat was given up and the exit delay is over, which is longer than a seat can
    /// still be drawn and a panel can last together; the bond was not slashed.
    function withdraw() external {
        Prover storage prover = _provers[msg.sender];
        if (prover.exitRequestedAt == 0) {
            revert NotExiting(msg.sender);
        }
        uint64 earliest = prover.exitRequestedAt + _exitDelay;
        if (block.timestamp < earliest) {
            revert TooEarly(earliest);
        }
        uint128 amount = prover.bond;
        delete _provers[msg.sender];
        emit ProverWithdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @notice Pays slashed bonds to the community. Anybody may call it.
    /// @dev Effects: pays the community. Requirements: something was slashed.
    function collect() external {
        uint256 amount = slashed;
        if (amount == 0) {
            revert NothingToCollect();
        }
        slashed = 0;
        emit Collected(amount);
        token.safeTransfer(_forfeitTo, amount);
    }

    /// @notice A prover; all zero if there is none.
    function proverOf(address prover) external view returns (Prover memory) {
        return _provers[prover];
    }

    /// @notice Seconds for which a seat must have been held when a plan is committed.
    function minimumAge() external view returns (uint64) {
        return _minimumAge;
    }

    /// @notice Seconds from giving a seat up to the withdrawal of its bond, in which it can be slashed.
    function exitDelay() external view returns (uint64) {
        return _exitDelay;
    }

    /// @notice How many were seated at a time.
    function seatedAt(uint64 time) public view returns (uint256) {
        return _count.upperLookupRecent(uint48(time));
    }

    /// @notice Who was seated at a place at a time; zero if nobody.
    function seatAt(uint256 place, uint64 time) public view returns (address) {
        return address(uint160(_seats[place].upperLookupRecent(uint48(time))));
    }

    /// The panel that a seed draws for a plan: distinct members, all of them seated the minimum age before the plan. The first of a shuffle (Fisher and Yates) of all places, kept sparse; who is excluded is passed over. The size
    /// bounds every loop. Requirements: more were seated than the panel has members, which was checked when it was convened.
    function _draw(bytes32 seed, uint256 size, uint64 planCommittedAt, address excluded)
        internal
        view
        returns (address[] memory members)
    {
        uint64 time = planCommittedAt - _minimumAge;
        uint256 count = seatedAt(time);
        members = new address[](size);
        uint256[] memory swapped = new uint256[](size + 1);
        uint256[] memory by = new uint256[](size + 1);
        uint256 found = 0;
        for (uint256 i = 0; found < size; i++) {
            uint256 drawn = i + uint256(keccak256(abi.encode(seed, i))) % (count - i);
            address member = seatAt(_placeOf(drawn, swapped, by, i), time);
            (swapped[i], by[i]) = (drawn, _placeOf(i, swapped, by, i));
            if (member != excluded) {
                members[found++] = member;
            }
        }
    }

    /// Where a place of the shuffle has gone after `steps` swaps; the last swap of it counts.
    function _placeOf(uint256 place, uint256[] memory swapped, uint256[] memory by, uint256 steps)
        private
        pure
        returns (uint256)
    {
        for (uint256 i = steps; i > 0; i--) {
            if (swapped[i - 1] == place) {
                return by[i - 1];
            }
        }
        return place;
    }

    /// The last takes the place that becomes free, so that there is never a gap.
    function _unseat(Prover storage prover) private {
        uint256 place = prover.place - 1;
        uint256 last = _count.latest() - 1;
        if (place != last) {
            address moved = address(uint160(_seats[last].latest()));
            _seat(place, moved);
            _provers[moved].place = uint32(place + 1);
        }
        _seat(last, address(0));
        _setCount(last);
        prover.place = 0;
    }

    function _seat(uint256 place, address prover) private {
        _seats[place].push(uint48(block.timestamp), uint160(prover));
    }

    function _setCount(uint256 count) private {
        _count.push(uint48(block.timestamp), uint208(count));
    }

    /// Takes a prover's whole bond, also while it is leaving, and its seat. Nothing is left to take from a prover that was
    /// slashed before.
    function _slash(address account) internal returns (uint128 amount) {
        Prover storage prover = _provers[account];
        amount = prover.bond;
        if (prover.place != 0) {
            _unseat(prover);
        }
        delete _provers[account];
        slashed += amount;
    }
}
