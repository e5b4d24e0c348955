// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title Who may sign permits, and what hosts have paid in advance
/// @notice The anchor of the protocol's signature domain: its address is the `verifyingContract` of every signature.
interface IPermitLedger {
    /// @notice When a key's permits are valid: issued in [validFrom, retiredAt).
    struct Signer {
        uint64 validFrom;
        uint64 retiredAt;
    }

    struct Balance {
        uint128 available;
        uint128 leaving;
        uint64 withdrawalRequestedAt;
    }

    event SignerAdded(address indexed signer, uint64 validFrom);
    event SignerRetired(address indexed signer, uint64 retiredAt);
    event BalanceDeposited(bytes32 indexed modelId, address indexed host, uint256 amount);
    event WithdrawalRequested(bytes32 indexed modelId, address indexed host, uint256 amount, uint64 earliest);
    event BalanceWithdrawn(bytes32 indexed modelId, address indexed host, uint256 amount);

    error SignerExists(address signer);
    error SignerUnknown(address signer);
    error SignerRetiredAlready(address signer);
    error SignerInvalid();
    error TooEarly(uint64 earliest);
    error AmountZero();
    error BalanceTooSmall(uint256 asked, uint256 available);
    error NothingToWithdraw();

    function addSigner(address signer, uint64 validFrom) external;

    function retireSigner(address signer, uint64 retiredAt) external;

    function deposit(bytes32 modelId, uint128 amount) external;

    function requestWithdrawal(bytes32 modelId, uint128 amount) external;

    function withdraw(bytes32 modelId) external;

    function signer(address key) external view returns (Signer memory);

    function isSignerAt(address key, uint64 time) external view returns (bool);

    function balanceOf(bytes32 modelId, address host) external view returns (Balance memory);

    function domainSeparator() external view returns (bytes32);
}

/// @title Metering: permits by epoch, and who pays for them
/// @notice Laid down here; a ledger that settles implements it beside {IPermitLedger}.
interface IPermitSettlement {
    struct Charge {
        address host;
        uint64 count;
        uint128 amount;
    }

    struct Epoch {
        bytes32 permitRoot;
        bytes32 chargeRoot;
        uint64 count;
        uint64 from;
        uint64 until;
        uint128 total;
        uint32 settledHosts;
        uint32 hosts;
    }

    event EpochPosted(
        bytes32 indexed modelId,
        uint64 indexed epoch,
        bytes32 permitRoot,
        bytes32 chargeRoot,
        uint64 count,
        uint128 total,
        uint32 hosts
    );
    event ChargeSettled(
        bytes32 indexed modelId, uint64 indexed epoch, address indexed host, uint128 amount, uint128 debt
    );
    event EpochClosed(bytes32 indexed modelId, uint64 indexed epoch, uint128 revenue);
    event UsageAcknowledged(
        bytes32 indexed modelId, address indexed host, uint64 cumulativeCount, uint128 cumulativeCharge, uint64 acknowledgedAt
    );
    event OperatorBonded(address indexed operator, uint256 amount);
    event OmissionProven(bytes32 indexed modelId, uint64 indexed epoch, bytes32 permitHash, address indexed challenger);

    function postEpoch(bytes32 modelId, uint64 epoch, Epoch calldata content) external;

    function settle(bytes32 modelId, uint64 epoch, Charge[] calldata charges, bytes32[][] calldata proofs) external;

    function acknowledge(OmlProtocol.UsageAck calldata ack, bytes calldata signature) external;

    function provePermit(
        bytes32 modelId,
        uint64 epoch,
        OmlProtocol.Permit calldata permit,
        uint32 index,
        bytes32[] calldata proof
    ) external view returns (bool);

    function challengeOmission(OmlProtocol.Permit calldata permit, bytes calldata signature) external;

    function depositBond(uint256 amount) external;
}
