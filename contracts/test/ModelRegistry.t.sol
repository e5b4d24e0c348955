// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../src/ModelRegistry.sol";
import {OmlProtocol} from "../src/OmlProtocol.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {World} from "./World.sol";

contract ModelRegistryTest is World {
    function testAModelBelongsToWhoRegisteredIt() public {
        IModelRegistry.Model memory registered = registry.model(modelId);
        assertEq(registered.owner, owner, "owner");
        assertEq(registered.termsVersion, 1, "terms");
        assertEq(modelId, OmlProtocol.modelId(address(registry), owner, "community/model"), "identifier");

        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelExists.selector, modelId));
        vm.prank(owner);
        registry.registerModel("community/model", BASE, LICENCE, terms());
        vm.prank(thief);
        bytes32 other = registry.registerModel("community/model", BASE, LICENCE, terms());
        assertTrue(other != modelId, "another owner's model of the same name is another model");
    }

    function testAModelHasAName() public {
        vm.startPrank(owner);
        vm.expectRevert(IModelRegistry.ModelNameInvalid.selector);
        registry.registerModel("", BASE, LICENCE, terms());
        vm.expectRevert(IModelRegistry.ModelNameInvalid.selector);
        registry.registerModel(string(new bytes(101)), BASE, LICENCE, terms());
        registry.registerModel(string(new bytes(100)), BASE, LICENCE, terms());
        vm.stopPrank();
    }

    function testAModelIsOfABaseUnderALicence() public {
        vm.startPrank(owner);
        vm.expectRevert(missing("baseManifestHash"));
        registry.registerModel("community/other", 0, LICENCE, terms());
        vm.expectRevert(missing("licenceHash"));
        registry.registerModel("community/other", BASE, 0, terms());
        bytes32 made = registry.registerModel("community/other", BASE, LICENCE, terms());
        vm.stopPrank();
        assertEq(made, registry.modelIdOf(owner, "community/other"), "identified by registry, owner and name");
    }

    /// Money that goes to nobody would be lost, so that neither the zero address nor a model that is not has a treasury.
    function testATreasuryIsSomebody() public {
        vm.expectRevert(missing("treasury"));
        vm.prank(owner);
        registry.setTreasury(modelId, address(0));
        assertEq(registry.treasuryOf(modelId), community, "as before");
        bytes32 unknown = keccak256("no model");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, unknown));
        registry.treasuryOf(unknown);
    }

    function testTheOwnerNamesThePublisher() public {
        vm.prank(owner);
        registry.setPublisher(modelId, thief);
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        refusedLicence(accepted, abi.encodeWithSelector(IModelRegistry.NotPublisher.selector, modelId, owner));
        vm.prank(owner);
        registry.setPublisher(modelId, owner);
        publish(HOST_KEY, 2);
    }

    function testOnlyTheOwnerChangesAModel() public {
        bytes memory refusal = abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, modelId, thief);
        vm.startPrank(thief);
        vm.expectRevert(refusal);
        registry.publishTerms(modelId, terms());
        vm.expectRevert(refusal);
        registry.publishConstitution(modelId, keccak256("c"), "uri");
        vm.expectRevert(refusal);
        registry.setPublisher(modelId, thief);
        vm.expectRevert(refusal);
        registry.setTreasury(modelId, thief);
        vm.expectRevert(refusal);
        registry.transferModel(modelId, thief);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotPendingOwner.selector, modelId, thief));
        registry.acceptModel(modelId);
        vm.stopPrank();
    }

    function testAModelIsHandedOverInTwoSteps() public {
        vm.prank(owner);
        registry.transferModel(modelId, community);
        assertEq(registry.model(modelId).owner, owner, "not yet");
        vm.prank(community);
        registry.acceptModel(modelId);
        assertEq(registry.model(modelId).owner, community, "taken over");
    }

    function testPublishedTermsNeverChange() public {
        IModelRegistry.Terms memory next = terms();
        next.penalty = 1;
        vm.prank(owner);
        assertEq(registry.publishTerms(modelId, next), 2, "version");
        assertEq(registry.termsOf(modelId, 1).penalty, PENALTY, "the first stays");
        assertEq(registry.instance(instanceId).termsVersion, 1, "the host stays under what it signed");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TermsUnknown.selector, modelId, 3));
        registry.termsOf(modelId, 3);
    }

    function testRefusesTermsOutOfBounds() public {
        IModelRegistry.Terms memory bad = terms();
        bad.penalty = 0;
        refusedTerms(bad, "penalty");
        bad = terms();
        bad.penalty = STAKE + 1;
        refusedTerms(bad, "minimumStake");
        bad = terms();
        bad.disputeWindow = 24 hours - 1;
        refusedTerms(bad, "disputeWindow");
        bad = terms();
        bad.maximumEvidenceAge = 7 days + 1;
        refusedTerms(bad, "maximumEvidenceAge");
        bad = terms();
        bad.unbondingTime = 9 days;
        refusedTerms(bad, "unbondingTime");
        bad = terms();
        bad.rewardBps = 1001;
        refusedTerms(bad, "rewardBps");
        bad = terms();
        bad.minimumSuccessBps = 10_001;
        refusedTerms(bad, "minimumSuccessBps");
        bad = terms();
        bad.unbondingTime = LONGEST_UNBONDING + 1;
        refusedTerms(bad, "unbondingTime");
        bad = terms();
        bad.maximumUtilityLossBps = 10_001;
        refusedTerms(bad, "maximumUtilityLossBps");
        bad = terms();
        bad.auditAlphaPpb = 953;
        refusedTerms(bad, "auditAlphaPpb");
        bad.auditAlphaPpb = 1_000_001;
        refusedTerms(bad, "auditAlphaPpb");
        bad = terms();
        bad.pricePerQuery = type(uint96).max / 1000 + 1;
        refusedTerms(bad, "maximumUnacknowledged");
    }

    function testNoInstanceIsPublishedDuringAPause() public {
        vm.prank(guardian);
        ledger.pause();
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        refusedInstance(
            HOST_KEY,
            accepted,
            HOST_KEY,
            acceptance(instanceOf(accepted)),
            abi.encodeWithSelector(IModelRegistry.PlatformPaused.selector)
        );
        vm.prank(guardian);
        ledger.unpause();
        publish(HOST_KEY, 2);
    }

    /// A panel's table convicts by chance with 2^-36. What terms promise for all of a model's instances together must hold.
    function testAPanelKeepsWhatTheTermsPromise() public view {
        uint256 together = registry.MAXIMUM_INSTANCES();
        assertTrue(together * 1e9 <= uint256(registry.SMALLEST_ALPHA_PPB()) * 2 ** 36, "no promise is broken");
    }

    function testAModelHasNoMoreInstancesThanItsPanelsReckonWith() public {
        assertEq(registry.model(modelId).instances, 1, "the world's");
        countInstances(registry.MAXIMUM_INSTANCES() - 1);
        publish(HOST_KEY, 2);
        assertEq(registry.model(modelId).instances, registry.MAXIMUM_INSTANCES(), "the last one");
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 3);
        refusedInstance(
            HOST_KEY,
            accepted,
            HOST_KEY,
            acceptance(instanceOf(accepted)),
            abi.encodeWithSelector(IModelRegistry.InstancesExhausted.selector, modelId)
        );
    }

    /// Writes the model's number of instances, which lies behind the versions of terms and constitution.
    function countInstances(uint32 count) private {
        bytes32 slot = bytes32(uint256(keccak256(abi.encode(modelId, uint256(2)))) + 6);
        uint256 versions = uint64(uint256(vm.load(address(registry), slot)));
        vm.store(address(registry), slot, bytes32(versions | (uint256(count) << 64)));
        assertEq(registry.model(modelId).instances, count, "written where it is read");
        assertEq(registry.model(modelId).termsVersion, 1, "and nothing else");
    }

    function testAHostIsObligedToTheStrictestThatItSigned() public {
        IModelRegistry.Terms memory next = terms();
        next.pricePerQuery = 3e15;
        next.minimumStake = 2 * STAKE;
        next.unbondingTime = UNBONDING - 1 days;
        vm.prank(owner);
        registry.publishTerms(modelId, next);
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        accepted.termsVersion = 2;
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        bytes memory first = signature(HOST_KEY, digest(OmlProtocol.structHash(accepted)));
        bytes memory second = signature(HOST_KEY, digest(OmlProtocol.structHash(made)));
        vm.prank(owner);
        registry.publishInstance(accepted, first, made, second);
        IModelRegistry.Obligations memory obligations = registry.obligationsOf(modelId, host);
        assertEq(obligations.instances, 2, "instances");
        assertEq(obligations.unbondingTime, UNBONDING, "the longest unbonding");
        assertEq(obligations.minimumStake, 2 * STAKE, "the highest stake");
        assertEq(obligations.maximumUnacknowledged, 3e18, "the largest credit");
    }

    function testOnlyTheCommunityChangesTheConstitution() public {
        vm.prank(owner);
        registry.transferModel(modelId, thief);
        vm.prank(thief);
        registry.acceptModel(modelId);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotByVote.selector, modelId, thief));
        vm.prank(thief);
        registry.publishConstitution(modelId, keccak256("c"), "uri");
    }

    function testAnInstanceIsWhatTheHostSigned() public view {
        IModelRegistry.Instance memory made = registry.instance(instanceId);
        assertEq(made.host, host, "host");
        assertEq(made.fingerprintRoot, treeOf(instanceId), "root");
        assertEq(made.activatedAt, start, "active from its block on");
        assertEq(registry.gatewayKeyAt(instanceId, start), vm.addr(GATEWAY_KEY), "key");
        assertEq(registry.gatewayKeyAt(instanceId, start - 1), address(0), "no key before");
        IModelRegistry.Obligations memory obligations = registry.obligationsOf(modelId, host);
        assertEq(obligations.unbondingTime, UNBONDING, "unbonding");
        assertEq(obligations.minimumStake, STAKE, "stake");
    }

    function testAFingerprintRootIsFinal() public {
        vm.warp(start);
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 1);
        OmlProtocol.InstanceAcceptance memory other = acceptance(instanceId);
        other.fingerprintRoot = keccak256("invented later");
        refusedInstance(
            HOST_KEY,
            accepted,
            HOST_KEY,
            other,
            abi.encodeWithSelector(IModelRegistry.InstanceExists.selector, instanceId)
        );
    }

    function testRefusesALicenceThatTheHostDidNotSign() public {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        refusedInstance(
            GATEWAY_KEY,
            accepted,
            HOST_KEY,
            acceptance(instanceOf(accepted)),
            abi.encodeWithSelector(IModelRegistry.NotSignedByHost.selector, vm.addr(GATEWAY_KEY), host)
        );
    }

    function testRefusesAnInstanceThatTheHostDidNotSign() public {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        refusedInstance(
            HOST_KEY,
            accepted,
            GATEWAY_KEY,
            acceptance(instanceOf(accepted)),
            abi.encodeWithSelector(IModelRegistry.NotSignedByHost.selector, vm.addr(GATEWAY_KEY), host)
        );
    }

    function testRefusesALicenceOfSomethingElse() public {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        accepted.licenceHash = keccak256("other");
        refusedLicence(accepted, mismatch("licenceHash"));
        accepted = licence(host, 2);
        accepted.baseManifestHash = keccak256("other");
        refusedLicence(accepted, mismatch("baseManifestHash"));
        accepted = licence(host, 2);
        accepted.termsVersion = 2;
        refusedLicence(accepted, abi.encodeWithSelector(IModelRegistry.TermsUnknown.selector, modelId, 2));
        accepted = licence(host, 2);
        accepted.modelId = keccak256("no model");
        refusedLicence(accepted, abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, accepted.modelId));
        accepted = licence(host, 2);
        accepted.gatewayKey = address(0);
        refusedLicence(accepted, abi.encodeWithSelector(IModelRegistry.GatewayKeyInvalid.selector));
        accepted = licence(host, 2);
        accepted.deadline = uint64(block.timestamp) - 1;
        refusedLicence(
            accepted, abi.encodeWithSelector(IModelRegistry.AcceptanceExpired.selector, accepted.deadline)
        );
    }

    function testRefusesAnAcceptanceOfAnotherInstance() public {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        refusedInstance(HOST_KEY, accepted, HOST_KEY, acceptance(instanceId), mismatch("instanceId"));
    }

    function testRefusesAnAcceptanceThatIsOldOrEmpty() public {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        made.deadline = uint64(block.timestamp) - 1;
        bytes memory expired = abi.encodeWithSelector(IModelRegistry.AcceptanceExpired.selector, made.deadline);
        refusedInstance(HOST_KEY, accepted, HOST_KEY, made, expired);
        made = acceptance(made.instanceId);
        made.manifestHash = 0;
        refusedInstance(HOST_KEY, accepted, HOST_KEY, made, missing("manifestHash"));
        made = acceptance(made.instanceId);
        made.fingerprintRoot = 0;
        refusedInstance(HOST_KEY, accepted, HOST_KEY, made, missing("fingerprintRoot"));
    }

    function testOnlyThePublisherPublishes() public {
        OmlProtocol.LicenceAcceptance memory accepted = licence(host, 2);
        OmlProtocol.InstanceAcceptance memory made = acceptance(instanceOf(accepted));
        bytes memory first = signature(HOST_KEY, digest(OmlProtocol.structHash(accepted)));
        bytes memory second = signature(HOST_KEY, digest(OmlProtocol.structHash(made)));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotPublisher.selector, modelId, thief));
        vm.prank(thief);
        registry.publishInstance(accepted, first, made, second);
    }

    function testAGatewayKeyChangesForwardAlone() public {
        uint64 earliest = uint64(block.timestamp) + NOTICE;
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotHost.selector, instanceId, thief));
        vm.prank(thief);
        registry.replaceGatewayKey(instanceId, thief, earliest);
        vm.startPrank(host);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InstanceUnknown.selector, keccak256("none")));
        registry.replaceGatewayKey(keccak256("none"), thief, earliest);
        vm.expectRevert(IModelRegistry.GatewayKeyInvalid.selector);
        registry.replaceGatewayKey(instanceId, address(0), earliest);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TooEarly.selector, earliest));
        registry.replaceGatewayKey(instanceId, thief, earliest - 1);
        registry.replaceGatewayKey(instanceId, thief, earliest + 10);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TooEarly.selector, earliest + 11));
        registry.replaceGatewayKey(instanceId, community, earliest + 10);
        vm.stopPrank();
        assertEq(registry.gatewayKeyAt(instanceId, earliest + 9), vm.addr(GATEWAY_KEY), "before");
        assertEq(registry.gatewayKeyAt(instanceId, earliest + 10), thief, "after");
    }

    function testProductionHasNoShortWindow() public {
        IModelRegistry.Limits memory bad = limits();
        bad.minimumDisputeWindow = 24 hours - 1;
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.LimitsInvalid.selector, "minimumDisputeWindow"));
        new ModelRegistry(ledger, owner, bad);
    }

    function testNoRegistryIsWithoutLimits() public {
        IModelRegistry.Limits memory bad = limits();
        (bad.development, bad.minimumDisputeWindow) = (true, 0);
        refusedLimits(bad, "minimumDisputeWindow");
        bad = limits();
        bad.maximumEvidenceAge = 0;
        refusedLimits(bad, "maximumEvidenceAge");
        bad = limits();
        bad.longestReveal = 0;
        refusedLimits(bad, "longestReveal");
        bad = limits();
        bad.longestUnbonding = bad.longestReveal;
        refusedLimits(bad, "longestUnbonding");
    }

    function refusedLimits(IModelRegistry.Limits memory bad, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.LimitsInvalid.selector, field));
        new ModelRegistry(ledger, owner, bad);
    }

    function missing(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IModelRegistry.HashMissing.selector, field);
    }

    function refusedTerms(IModelRegistry.Terms memory bad, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TermsInvalid.selector, field));
        vm.prank(owner);
        registry.publishTerms(modelId, bad);
    }

    function refusedLicence(OmlProtocol.LicenceAcceptance memory accepted, bytes memory with) private {
        refusedInstance(HOST_KEY, accepted, HOST_KEY, acceptance(instanceOf(accepted)), with);
    }

    function refusedInstance(
        uint256 licenceKey,
        OmlProtocol.LicenceAcceptance memory accepted,
        uint256 acceptanceKey,
        OmlProtocol.InstanceAcceptance memory made,
        bytes memory with
    ) private {
        bytes memory first = signature(licenceKey, digest(OmlProtocol.structHash(accepted)));
        bytes memory second = signature(acceptanceKey, digest(OmlProtocol.structHash(made)));
        vm.expectRevert(with);
        vm.prank(owner);
        registry.publishInstance(accepted, first, made, second);
    }

    function mismatch(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IModelRegistry.AcceptanceMismatch.selector, field);
    }
}
