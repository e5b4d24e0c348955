// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../src/OmlProtocol.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {PenaltyCourt} from "../src/PenaltyCourt.sol";
import {PermitLedger} from "../src/PermitLedger.sol";
import {IHostStaking} from "../src/interfaces/IHostStaking.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IOperatorBond} from "../src/interfaces/IOperatorBond.sol";
import {IPenaltyCourt} from "../src/interfaces/IPenaltyCourt.sol";
import {IPermitSettlement} from "../src/interfaces/IPermitSettlement.sol";
import {CommunityWorld} from "./Community.t.sol";

/// @title A new deployment takes over by vote, and what was begun ends where it began
/// @notice Plays `docs/contracts/upgrades.md`.
contract UpgradeTest is CommunityWorld {
    function testOldCasesEndInTheOldCourt() public {
        PenaltyCourt second = new PenaltyCourt(token, registry, staking, ledger, parameters());
        decide(address(staking), abi.encodeCall(staking.setCourtState, (address(second), IHostStaking.CourtState.OPEN)));
        bytes32 inTheOld = freshCase(keccak256("old"));
        commitAs(prover, freshEvidence(keccak256("committed")));
        uint256 opened = block.timestamp;
        // A vote closes the old court while the case is open.
        vm.prank(address(timelock));
        staking.setCourtState(address(court), IHostStaking.CourtState.CLOSING);

        // The old court opens no case any more,
        vm.warp(opened + REVEAL_MINIMUM);
        IPenaltyCourt.Evidence memory late = freshEvidenceAt(keccak256("committed"), opened);
        vm.expectRevert(abi.encodeWithSelector(IHostStaking.NotCourt.selector, address(court)));
        vm.prank(prover);
        court.reveal(late, NONCE);
        // and ends the one that it has.
        vm.warp(opened + WINDOW + 1);
        court.finalise(inTheOld);
        assertEq(staking.stakeOf(modelId, host).active, STAKE - PENALTY, "slashed");
        assertEq(staking.stakeOf(modelId, host).openCases, 0, "and free");

        // The new one tries what comes after.
        vm.prank(prover);
        token.approve(address(second), type(uint256).max);
        IPenaltyCourt.Evidence memory evidence = freshEvidence(keccak256("new"));
        bytes32 commitment =
            OmlProtocol.commitment(address(second), prover, keccak256(abi.encode(evidence)), NONCE);
        vm.prank(prover);
        second.commit(commitment);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.prank(prover);
        second.reveal(evidence, NONCE);
        assertEq(staking.stakeOf(modelId, host).openCases, 1, "a case of the new court");
    }

    function testANewLedgerTakesOver() public {
        prepay(host, 10e18);
        charged(1, host, 10, 10 * PRICE);
        (PermitLedger next, ModelRegistry models) = successors();
        assertTrue(next.domainSeparator() != ledger.domainSeparator(), "no signature of the old counts in the new");

        // By vote the old ledger has no operator any more; a last epoch was posted before.
        charged2();
        decide(address(ledger), abi.encodeCall(ledger.setOperator, (address(0))));
        vm.expectRevert(abi.encodeWithSelector(IOperatorBond.NotOperator.selector, operator));
        post(3, header(0, "", 0, 0));

        // Hosts take their balances along: the operator is silent for ever, so without notice.
        uint256 before = token.balanceOf(host);
        vm.prank(host);
        ledger.withdrawFromSilence(modelId);
        uint128 left = uint128(token.balanceOf(host) - before);
        assertEq(left, 10e18 - 15 * PRICE, "all that was not used");

        // They sign the licence again, in the new domain.
        vm.prank(owner);
        bytes32 model = models.registerModel("community/model", BASE, LICENCE, terms());
        bytes32 instance = accept(next, models, model);
        assertEq(models.instance(instance).host, host, "the host's");
        vm.startPrank(host);
        token.approve(address(next), left);
        next.deposit(model, left);
        vm.stopPrank();
        assertEq(next.balanceOf(model, host).available, left, "in the new ledger");
        assertEq(next.balanceOf(model, host).headroom, uint128(MAXIMUM_UNACKNOWLEDGED) * PRICE, "under new terms");

        // The old operator answers for its epochs until its notice is over, then takes its bond.
        uint256 bond = ledger.operatorOf(OPERATOR).bond;
        before = token.balanceOf(operator);
        vm.warp(block.timestamp + 40 days);
        ledger.withdrawBond(OPERATOR);
        assertEq(token.balanceOf(operator), before + bond, "the bond");
    }

    function testAnOldLicenceIsWorthNothingInTheNewRegistry() public {
        (, ModelRegistry models) = successors();
        vm.prank(owner);
        bytes32 model = models.registerModel("community/model", BASE, LICENCE, terms());
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 5);
        accepted.modelId = model;
        // Signed in the domain of the old ledger.
        bytes memory signed_ = signed(HOST_KEY, OmlProtocol.structHash(accepted));
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        vm.expectPartialRevert(IModelRegistry.NotSignedByHost.selector);
        vm.prank(owner);
        models.publishInstance(accepted, signed_, made, signed_);
    }

    function charged2() private {
        vm.warp(block.timestamp + 1);
        charged(2, host, 5, 5 * PRICE);
    }

    function successors() private returns (PermitLedger next, ModelRegistry models) {
        address modelsToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        next = new PermitLedger(
            token,
            IModelRegistry(modelsToBe),
            address(timelock),
            ledgerParameters(),
            PermitLedger.Appointments(vm.addr(SIGNER_KEY), operator, guardian)
        );
        models = new ModelRegistry(next, address(timelock), limits());
        assertEq(address(models), modelsToBe, "the registry's address");
    }

    function accept(PermitLedger next, ModelRegistry models, bytes32 model) private returns (bytes32) {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 9);
        accepted.modelId = model;
        bytes32 domain = next.domainSeparator();
        bytes32 licenceDigest = OmlProtocol.digest(domain, OmlProtocol.structHash(accepted));
        bytes32 instance = OmlProtocol.instanceId(model, host, licenceDigest);
        OmlProtocol.InstanceAcceptance memory made = acceptance(instance);
        bytes memory second = signature(HOST_KEY, OmlProtocol.digest(domain, OmlProtocol.structHash(made)));
        vm.prank(owner);
        return models.publishInstance(accepted, signature(HOST_KEY, licenceDigest), made, second);
    }

    function freshCase(bytes32 query) private returns (bytes32 caseId) {
        IPenaltyCourt.Evidence memory evidence = freshEvidence(query);
        commitAs(prover, evidence);
        vm.warp(block.timestamp + REVEAL_MINIMUM);
        vm.prank(prover);
        caseId = court.reveal(evidence, NONCE);
    }

    /// A receipt of this moment that names no permit, without an opening.
    function freshEvidence(bytes32 query) private view returns (IPenaltyCourt.Evidence memory) {
        return freshEvidenceAt(query, block.timestamp);
    }

    function freshEvidenceAt(bytes32 query, uint256 time)
        private
        view
        returns (IPenaltyCourt.Evidence memory evidence)
    {
        OmlProtocol.Receipt memory receipt = receiptNaming(0);
        receipt.queryHash = query;
        receipt.servedAt = uint64(time);
        evidence.receipt = receipt;
        evidence.signature = signed(GATEWAY_KEY, OmlProtocol.structHash(receipt));
    }
}
