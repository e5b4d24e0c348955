// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PausableByGuardian} from "./PausableByGuardian.sol";
import {IHostStaking} from "./interfaces/IHostStaking.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";

/// @title What a host loses when it cheats
/// @notice See {IHostStaking} and `docs/contracts/host-staking.md`.
/// @dev Hazards: whoever the owner admits as a court can slash every host, so the owner is the community's timelock
/// wherever money is at stake; the token must move exactly the amount that it is asked to move (no fee on transfer).
contract HostStaking is IHostStaking, PausableByGuardian {
    using SafeERC20 for IERC20;

    IERC20 public immutable token;
    IModelRegistry public immutable registry;

    mapping(bytes32 modelId => mapping(address host => Stake)) private _stakes;
    mapping(address court => CourtState) private _courts;
    mapping(address court => mapping(bytes32 modelId => mapping(address host => uint256))) private _lockedBy;

    /// @param courts admitted from the start, so that an owner with a delay need not admit them
    constructor(IERC20 token_, IModelRegistry registry_, address owner, address[] memory courts) Ownable(owner) {
        token = token_;
        registry = registry_;
        for (uint256 i = 0; i < courts.length; i++) {
            _setCourtState(courts[i], CourtState.OPEN);
        }
    }

    /// @notice Adds to the caller's stake for a model.
    /// @dev Effects: active stake; takes the amount from the caller. Requirements: a registered model; more than zero;
    /// not paused.
    function deposit(bytes32 modelId, uint128 amount) external whenNotPaused {
        if (amount == 0) {
            revert AmountZero();
        }
        registry.model(modelId);
        _stakes[modelId][msg.sender].active += amount;
        emit Deposited(modelId, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Asks to take stake out. A second request adds to the first and starts its time again.
    /// @dev Effects: moves the amount from active to exiting, where it can still be slashed. Requirements: that much
    /// active stake.
    function requestExit(bytes32 modelId, uint128 amount) external {
        if (amount == 0) {
            revert AmountZero();
        }
        Stake storage stake = _stakes[modelId][msg.sender];
        if (amount > stake.active) {
            revert StakeTooSmall(amount, stake.active);
        }
        stake.active -= amount;
        stake.exiting += amount;
        stake.exitRequestedAt = uint64(block.timestamp);
        emit ExitRequested(modelId, msg.sender, amount, earliestWithdrawal(modelId, msg.sender));
    }

    /// @notice Takes exiting stake out.
    /// @dev Effects: pays what is exiting to the caller. Requirements: unbonding is over, by the longest unbonding time
    /// that the host signed, including what it signed since its request; no case is open.
    function withdraw(bytes32 modelId) external {
        Stake storage stake = _stakes[modelId][msg.sender];
        uint128 amount = stake.exiting;
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        if (stake.openCases != 0) {
            revert CaseOpen(stake.openCases);
        }
        uint64 earliest = earliestWithdrawal(modelId, msg.sender);
        if (block.timestamp < earliest) {
            revert Unbonding(earliest);
        }
        stake.exiting = 0;
        stake.exitRequestedAt = 0;
        emit Withdrawn(modelId, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @notice Opens a case: holds a penalty, or what is left of the stake.
    /// @dev Effects: the lock, one open case more. Requirements: an open court. Locks zero where nothing is left: a
    /// prover must not lose its bond because another was first.
    function lock(bytes32 modelId, address host, uint128 amount) external returns (uint128 locked) {
        if (_courts[msg.sender] != CourtState.OPEN) {
            revert NotCourt(msg.sender);
        }
        Stake storage stake = _stakes[modelId][host];
        locked = uint128(Math.min(amount, uint256(stake.active) + stake.exiting - stake.locked));
        stake.locked += locked;
        stake.openCases++;
        _lockedBy[msg.sender][modelId][host] += locked;
        emit Locked(modelId, host, msg.sender, locked);
    }

    /// @notice Ends a case in the host's favour.
    /// @dev Effects: frees the lock, one open case less. Requirements: the court that locked it.
    function release(bytes32 modelId, address host, uint128 amount) external {
        _unlock(modelId, host, amount);
        emit Released(modelId, host, msg.sender, amount);
    }

    /// @notice Ends a case against the host: what was locked goes to the court, which divides it.
    /// @dev Effects: takes from the active and the exiting stake in proportion, so that asking for an exit shelters
    /// nothing; pays the court. The two parts always make the whole: what rounding leaves over is taken from the exiting
    /// part, which is the one about to leave. Requirements: the court that locked it.
    function slash(bytes32 modelId, address host, uint128 amount) external {
        Stake storage stake = _unlock(modelId, host, amount);
        if (amount != 0) {
            uint256 all = uint256(stake.active) + stake.exiting;
            uint128 fromExiting = uint128(Math.mulDiv(amount, stake.exiting, all, Math.Rounding.Ceil));
            stake.exiting -= fromExiting;
            stake.active -= amount - fromExiting;
        }
        emit Slashed(modelId, host, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @notice Gives back what a court slashed and then was told not to keep.
    /// @dev Effects: active stake; takes the amount from the court. Requirements: an admitted court, open or closing.
    function restore(bytes32 modelId, address host, uint128 amount) external {
        if (_courts[msg.sender] == CourtState.NONE) {
            revert NotCourt(msg.sender);
        }
        _stakes[modelId][host].active += amount;
        emit Restored(modelId, host, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Admits a court, or lets it end what it opened and nothing more.
    /// @dev Effects: the state. Requirements: the owner; NONE → OPEN → CLOSING and never back: a court with open cases can
    /// not be shut out, since its hosts' stake would stay locked.
    function setCourtState(address court, CourtState state) external onlyOwner {
        _setCourtState(court, state);
    }

    /// @notice A host's stake for a model.
    function stakeOf(bytes32 modelId, address host) external view returns (Stake memory) {
        return _stakes[modelId][host];
    }

    /// @notice When exiting stake may be withdrawn if no case is open; zero without a request.
    function earliestWithdrawal(bytes32 modelId, address host) public view returns (uint64) {
        uint64 requestedAt = _stakes[modelId][host].exitRequestedAt;
        return requestedAt == 0 ? 0 : requestedAt + registry.obligationsOf(modelId, host).unbondingTime;
    }

    /// @notice Whether a host's stake is what a version of the terms asks for.
    function isActive(bytes32 modelId, address host, uint32 termsVersion) external view returns (bool) {
        return _stakes[modelId][host].active >= registry.termsOf(modelId, termsVersion).minimumStake;
    }

    /// @notice What an account may do as a court.
    function courtState(address court) external view returns (CourtState) {
        return _courts[court];
    }

    function _setCourtState(address court, CourtState state) private {
        CourtState from = _courts[court];
        bool opens = from == CourtState.NONE && state == CourtState.OPEN;
        bool closes = from == CourtState.OPEN && state == CourtState.CLOSING;
        if (!opens && !closes) {
            revert CourtStateInvalid(court, from, state);
        }
        _courts[court] = state;
        emit CourtStateSet(court, state);
    }

    function _unlock(bytes32 modelId, address host, uint128 amount) private returns (Stake storage stake) {
        if (_courts[msg.sender] == CourtState.NONE) {
            revert NotCourt(msg.sender);
        }
        uint256 locked = _lockedBy[msg.sender][modelId][host];
        if (amount > locked) {
            revert LockTooSmall(amount, locked);
        }
        stake = _stakes[modelId][host];
        _lockedBy[msg.sender][modelId][host] = locked - amount;
        stake.locked -= amount;
        stake.openCases--;
    }
}
