// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OmlProtocol} from "../OmlProtocol.sol";

/// @title Metering: prepaid balances, permits by epoch, and who pays for them
/// @notice An epoch holds all permits of a model that were issued from the end of the epoch before to its own end. It is
/// posted with the root of its permits and the head of its list of charges; the list is then settled in order, in batches
/// of a bounded size, each checked against the head before anything is debited. When the list is used up, the epoch is
/// closed and what hosts paid flows to the model's treasury.
interface IPermitSettlement {
    /// @notice A host's account for a model.
    struct Balance {
        /// Can be charged and asked back.
        uint128 available;
        /// Asked back; can still be charged until it is withdrawn.
        uint128 leaving;
        /// Charged and not covered. While there is debt, the rest is zero and the host is blocked.
        uint128 debt;
        /// What can be charged before the host acknowledges more.
        uint128 headroom;
        uint64 withdrawalRequestedAt;
    }

    /// @notice What the operator posts.
    struct EpochHeader {
        /// Root of the permits' tree (`docs/protocol.md`); zero for an epoch without permits.
        bytes32 permitRoot;
        /// Head of the list of charges; {OmlProtocol-CHARGES_END} for an epoch without permits.
        bytes32 chargeHead;
        /// How many permits.
        uint32 count;
        /// The epoch holds the permits issued before, back to the end of the epoch before.
        uint64 until;
        /// Sum of the charges.
        uint128 total;
    }

    /// @notice What the chain keeps of an epoch.
    struct Epoch {
        bytes32 permitRoot;
        uint32 count;
        uint64 until;
        uint64 postedAt;
        /// Which operator posted it.
        uint32 operatorNumber;
    }

    /// @notice Where a model's settlement stands.
    struct Progress {
        /// The last posted epoch; zero before the first.
        uint64 epoch;
        bool closed;
        /// What of it is not settled yet.
        uint64 countLeft;
        uint128 totalLeft;
        bytes32 chargeHead;
        uint64 until;
        /// When the operator was last heard of.
        uint64 postedAt;
        /// Paid by hosts and not collected yet.
        uint128 revenue;
    }

    /// @notice What a host admitted to have used.
    struct Acknowledged {
        uint128 cumulativeCharge;
        uint64 cumulativeCount;
        uint64 acknowledgedAt;
        /// What may be charged beyond, by the terms that the host signed.
        uint128 credit;
    }

    event BalanceDeposited(bytes32 indexed modelId, address indexed host, uint256 amount);
    event WithdrawalRequested(bytes32 indexed modelId, address indexed host, uint256 amount, uint64 earliest);
    event BalanceWithdrawn(bytes32 indexed modelId, address indexed host, uint256 amount);
    event EpochPosted(
        bytes32 indexed modelId,
        uint64 indexed epoch,
        address indexed operator,
        bytes32 permitRoot,
        bytes32 chargeHead,
        uint32 count,
        uint64 until,
        uint128 total
    );
    /// @notice A batch was debited as listed, except for what the events below say of it.
    event ChargesSettled(bytes32 indexed modelId, uint64 indexed epoch, bytes charges);
    /// @notice A part of a charge was taken from what the host had asked back.
    event LeavingCharged(bytes32 indexed modelId, uint64 indexed epoch, address indexed host, uint256 amount);
    /// @notice A part of a charge was not covered.
    event DebtRecorded(
        bytes32 indexed modelId, uint64 indexed epoch, address indexed host, uint256 amount, uint256 debt
    );
    event DebtPaid(bytes32 indexed modelId, address indexed host, uint256 amount, uint256 debt);
    /// @notice A part of a charge lies beyond what the host acknowledged and its terms allow, and is not owed.
    event ChargeRefused(bytes32 indexed modelId, uint64 indexed epoch, address indexed host, uint256 amount);
    event EpochClosed(bytes32 indexed modelId, uint64 indexed epoch);
    /// @notice The operator gave an epoch's remaining charges up.
    event EpochAbandoned(bytes32 indexed modelId, uint64 indexed epoch, uint64 countLeft, uint128 totalLeft);
    event RevenueCollected(bytes32 indexed modelId, address indexed treasury, uint256 amount);
    event UsageAcknowledged(
        bytes32 indexed modelId,
        address indexed host,
        uint64 cumulativeCount,
        uint128 cumulativeCharge,
        uint64 acknowledgedAt
    );

    error AmountZero();
    error BalanceTooSmall(uint256 asked, uint256 available);
    error NothingToWithdraw();
    error InDebt(uint256 debt);
    error EpochOutOfOrder(uint64 expected);
    error EpochStillOpen(uint64 epoch);
    error EpochNotOpen(uint64 epoch);
    error EpochInvalid(string field);
    error ChargesMalformed();
    error ChargesNotNext(bytes32 expected, bytes32 actual);
    error ChargesDoNotAddUp(uint64 countLeft, uint128 totalLeft);
    error AcknowledgementStale(uint64 cumulativeCount, uint128 cumulativeCharge);
    error AcknowledgementFromFuture(uint64 acknowledgedAt);
    error AcknowledgementNotSigned(address recovered);

    function deposit(bytes32 modelId, uint128 amount) external;

    function requestWithdrawal(bytes32 modelId, uint128 amount) external;

    function withdraw(bytes32 modelId) external;

    function withdrawFromSilence(bytes32 modelId) external;

    function postEpoch(bytes32 modelId, uint64 epoch, EpochHeader calldata header) external;

    function settle(bytes32 modelId, uint64 epoch, bytes calldata charges, bytes32 next) external;

    function abandonEpoch(bytes32 modelId) external;

    function collectRevenue(bytes32 modelId) external returns (uint256 amount);

    function acknowledge(OmlProtocol.UsageAck calldata ack, bytes32 instanceId, bytes calldata signature) external;

    function balanceOf(bytes32 modelId, address host) external view returns (Balance memory);

    function isBlocked(bytes32 modelId, address host) external view returns (bool);

    function isSilent(bytes32 modelId) external view returns (bool);

    function acknowledgedBy(bytes32 modelId, address host) external view returns (Acknowledged memory);

    function epochOf(bytes32 modelId, uint64 epoch) external view returns (Epoch memory);

    function progressOf(bytes32 modelId) external view returns (Progress memory);

    function provePermit(uint64 epoch, OmlProtocol.Permit calldata permit, uint32 index, bytes32[] calldata path)
        external
        view
        returns (bool);
}
