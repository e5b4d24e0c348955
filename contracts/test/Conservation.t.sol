// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {World} from "./World.sol";

/// @title What the contracts hold is what they owe, whatever happens in whatever order
/// @notice The test is its own handler: forge calls the actions below in random order with random arguments.
contract ConservationTest is World {
    uint256 private _supply;
    uint64 private _serial;
    bytes32[] private _commitments;
    IPenaltyCourt.Evidence[] private _evidence;
    bytes32[] private _cases;
    uint256 private _bonds;
    uint256 private _convictedUnpaid;
    uint256 public verdicts;

    struct Selectors {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public override {
        super.setUp();
        _supply = token.totalSupply();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function targetSelectors() public view returns (Selectors[] memory targets) {
        targets = new Selectors[](1);
        bytes4[] memory actions = new bytes4[](9);
        actions[0] = this.act_commit.selector;
        actions[1] = this.act_reveal.selector;
        actions[2] = this.act_rebut.selector;
        actions[3] = this.act_finalise.selector;
        actions[4] = this.act_payout.selector;
        actions[5] = this.act_forfeit.selector;
        actions[6] = this.act_collect.selector;
        actions[7] = this.act_stake.selector;
        actions[8] = this.act_wait.selector;
        targets[0] = Selectors(address(this), actions);
    }

    function act_commit(bool withPermit) external {
        OmlProtocol.Permit memory named = permit();
        named.serial = ++_serial;
        named.issuedAt = uint64(block.timestamp) - 10;
        named.expiresAt = named.issuedAt + 300;
        OmlProtocol.Receipt memory receipt = receiptNaming(withPermit ? OmlProtocol.structHash(named) : bytes32(0));
        receipt.servedAt = uint64(block.timestamp) - 5;
        receipt.clientRef = bytes32(uint256(_serial) << 64 | named.issuedAt);
        IPenaltyCourt.Evidence memory evidence = sealedBy(GATEWAY_KEY, receipt);
        _commitments.push(commitAs(prover, evidence));
        _evidence.push();
        IPenaltyCourt.Evidence storage kept = _evidence[_evidence.length - 1];
        kept.receipt = evidence.receipt;
        kept.signature = evidence.signature;
        kept.opening = evidence.opening;
        _bonds++;
    }

    function act_reveal(uint256 which) external {
        if (_evidence.length == 0) {
            return;
        }
        vm.prank(prover);
        _cases.push(court.reveal(_evidence[which % _evidence.length], NONCE));
        _bonds--;
    }

    function act_rebut(uint256 which) external {
        if (_cases.length == 0) {
            return;
        }
        bytes32 caseId = _cases[which % _cases.length];
        for (uint256 i = 0; i < _evidence.length; i++) {
            OmlProtocol.Receipt memory receipt = _evidence[i].receipt;
            OmlProtocol.Receipt memory bare = abi.decode(abi.encode(receipt), (OmlProtocol.Receipt));
            bare.responseRoot = 0;
            if (digest(OmlProtocol.structHash(bare)) == caseId) {
                OmlProtocol.Permit memory named = permit();
                named.serial = uint64(uint256(receipt.clientRef) >> 64);
                named.issuedAt = uint64(uint256(receipt.clientRef));
                named.expiresAt = named.issuedAt + 300;
                court.rebut(receipt, named, signature(SIGNER_KEY, digest(OmlProtocol.structHash(named))));
            }
        }
    }

    function act_finalise(uint256 which) external {
        if (_cases.length == 0) {
            return;
        }
        bytes32 caseId = _cases[which % _cases.length];
        court.finalise(caseId);
        _convictedUnpaid += court.caseOf(caseId).penalty;
        verdicts++;
    }

    function act_payout(uint256 which) external {
        if (_cases.length == 0) {
            return;
        }
        bytes32 caseId = _cases[which % _cases.length];
        court.payout(caseId);
        _convictedUnpaid -= court.caseOf(caseId).penalty;
    }

    function act_forfeit(uint256 which) external {
        if (_commitments.length == 0) {
            return;
        }
        court.forfeit(_commitments[which % _commitments.length]);
        _bonds--;
    }

    function act_collect(uint256 whose) external {
        address[3] memory accounts = [prover, community, address(0xF0)];
        court.collect(accounts[whose % 3]);
    }

    function act_stake(uint256 what, uint128 amount) external {
        vm.prank(host);
        if (what % 3 == 0) {
            staking.deposit(modelId, 1 + uint128(amount % (token.balanceOf(host) + 1)));
        } else if (what % 3 == 1) {
            staking.requestExit(modelId, amount % STAKE);
        } else {
            staking.withdraw(modelId);
        }
    }

    function act_wait(uint32 time) external {
        uint32[5] memory steps = [REVEAL_STEP, REVEAL_STEP, 1 days + 1, 2 days, 21 days];
        vm.warp(block.timestamp + steps[time % 5]);
    }

    uint32 private constant REVEAL_STEP = uint32(REVEAL_MINIMUM);

    function invariantWhatIsHeldIsWhatIsOwed() public view {
        IHostStaking.Stake memory stake = staking.stakeOf(modelId, host);
        assertEq(
            token.balanceOf(address(staking)), uint256(stake.active) + stake.exiting, "staking holds the stake"
        );
        assertTrue(stake.locked <= uint256(stake.active) + stake.exiting, "what is locked is there");
        uint256 owed = court.owed(prover) + court.owed(community) + court.owed(address(0xF0));
        assertEq(
            token.balanceOf(address(court)),
            owed + _bonds * BOND + _convictedUnpaid,
            "the court holds bonds, slashes and what is owed"
        );
        assertEq(token.totalSupply(), _supply, "nothing is made or lost");
    }

    function invariantLocksAreTheOpenCases() public view {
        uint256 locked = 0;
        uint256 open = 0;
        for (uint256 i = 0; i < _cases.length; i++) {
            IPenaltyCourt.Case memory heard = court.caseOf(_cases[i]);
            if (heard.state == IPenaltyCourt.State.REVEALED) {
                locked += heard.penalty;
                open++;
            }
        }
        assertEq(staking.stakeOf(modelId, host).locked, locked, "locked");
        assertEq(staking.stakeOf(modelId, host).openCases, open, "open");
    }

    /// The actions above do reach a verdict and a payout: the invariants are not kept by doing nothing.
    function testTheActionsReachAVerdict() public {
        this.act_commit(false);
        this.act_wait(0);
        this.act_reveal(0);
        this.act_wait(2);
        this.act_finalise(0);
        this.act_wait(3);
        this.act_payout(0);
        this.act_commit(true);
        this.act_wait(0);
        this.act_reveal(1);
        this.act_rebut(1);
        assertTrue(court.caseOf(_cases[1]).state == IPenaltyCourt.State.REBUTTED, "rebutted");
        this.act_collect(0);
        invariantWhatIsHeldIsWhatIsOwed();
        invariantLocksAreTheOpenCases();
    }
}

/// @title A token that calls back while it moves
contract CallingToken is ERC20 {
    address private _target;
    bytes private _call;
    bool public succeeded;

    constructor() ERC20("calling", "CALL") {
        _mint(msg.sender, 1_000_000e18);
    }

    function callBack(address target, bytes calldata data) external {
        (_target, _call) = (target, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target != address(0)) {
            address target = _target;
            _target = address(0);
            (succeeded,) = target.call(_call);
        }
    }
}

/// @title A token that calls back gets nothing twice
contract ReentrancyTest is World {
    function token_() internal override returns (IERC20) {
        return new CallingToken();
    }

    function testCollectsOnce() public {
        revealed(evidenceNaming(0));
        calling(address(court), abi.encodeCall(court.collect, (prover)));
        uint256 before = token.balanceOf(prover);
        court.collect(prover);
        assertTrue(!CallingToken(address(token)).succeeded(), "the second is refused");
        assertEq(token.balanceOf(prover), before + BOND, "once");
    }

    function testSlashesOnce() public {
        bytes32 caseId = revealed(evidenceNaming(0));
        vm.warp(block.timestamp + WINDOW + 1);
        calling(address(court), abi.encodeCall(court.finalise, (caseId)));
        court.finalise(caseId);
        assertTrue(!CallingToken(address(token)).succeeded(), "the second is refused");
        assertEq(token.balanceOf(address(court)), BOND + PENALTY, "once");
    }

    function testWithdrawsOnce() public {
        // The token itself is a host here: it is who calls back.
        address hostile = address(token);
        assertTrue(token.transfer(hostile, 3), "funded");
        vm.startPrank(hostile);
        token.approve(address(staking), 3);
        staking.deposit(modelId, 3);
        staking.requestExit(modelId, 1);
        vm.stopPrank();
        calling(address(staking), abi.encodeCall(staking.withdraw, (modelId)));
        vm.prank(hostile);
        staking.withdraw(modelId);
        assertTrue(!CallingToken(address(token)).succeeded(), "the second is refused");
        assertEq(token.balanceOf(hostile), 1, "once");
    }

    function testACommitmentIsMadeOnce() public {
        bytes32 commitment = commitmentOf(prover, evidenceNaming(0));
        calling(address(court), abi.encodeCall(court.commit, (commitment)));
        vm.prank(prover);
        court.commit(commitment);
        assertTrue(!CallingToken(address(token)).succeeded(), "the second is refused");
        assertEq(court.commitmentOf(commitment).prover, prover, "the first's");
    }

    function calling(address target, bytes memory data) private {
        CallingToken(address(token)).callBack(target, data);
    }
}
