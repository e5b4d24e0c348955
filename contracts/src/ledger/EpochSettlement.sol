// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OmlProtocol} from "../OmlProtocol.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IPermitSettlement} from "../interfaces/IPermitSettlement.sol";
import {Funds, FundsLibrary} from "./Funds.sol";
import {LedgerParameters} from "./LedgerParameters.sol";

/// @title Prepaid balances, epochs and their charges
/// @notice See {IPermitSettlement}.
/// @dev Hazards: the chain does not check that a charge is the price of the permits in the epoch; what protects a host is
/// that nothing is charged beyond what it acknowledged and the credit of its terms. Whoever holds a gateway's key can
/// acknowledge in its host's name.
abstract contract EpochSettlement is IPermitSettlement, LedgerParameters {
    using SafeERC20 for IERC20;

    /// @notice Hosts that one batch may charge.
    uint256 public constant LARGEST_BATCH = 500;

    struct Account {
        Funds funds;
        uint128 leaving;
        uint128 debt;
        uint128 acknowledgedCharge;
        uint128 credit;
        uint64 acknowledgedCount;
        uint64 acknowledgedAt;
        uint64 withdrawalRequestedAt;
    }

    /// @dev Whose charges are being debited.
    struct Settling {
        bytes32 modelId;
        uint64 epoch;
    }

    /// @dev Begun by the model's first deposit or epoch; no slot is ever zero again after the first epoch, which keeps the
    /// others cheap.
    struct Metering {
        bytes32 chargeHead;
        uint64 epoch;
        uint64 countLeft;
        uint128 totalLeft;
        uint128 revenue;
        uint64 until;
        uint64 postedAt;
    }

    mapping(bytes32 modelId => mapping(address host => Account)) private _accounts;
    mapping(bytes32 modelId => Metering) private _metering;
    mapping(bytes32 modelId => mapping(uint64 epoch => Epoch)) private _epochs;

    /// @notice Adds to the caller's prepaid balance for a model, after what it owes.
    /// @dev Effects: pays debt first, to the model's revenue; the rest is available; takes the amount from the caller; the
    /// credit of terms that the host signed since. Requirements: more than zero; no pause.
    function deposit(bytes32 modelId, uint128 amount) external whenNotPaused {
        if (amount == 0) {
            revert AmountZero();
        }
        Metering storage metering = _metering[modelId];
        if (metering.postedAt == 0) {
            (metering.postedAt, metering.chargeHead) = (uint64(block.timestamp), OmlProtocol.CHARGES_END);
        }
        Account storage account = _accounts[modelId][msg.sender];
        uint128 rest = amount - _payDebt(modelId, account, amount);
        Funds funds = account.funds;
        account.funds =
            FundsLibrary.pack(funds.available() + rest, funds.raised(_newCredit(modelId, msg.sender, account)));
        emit BalanceDeposited(modelId, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Asks for a part of the balance back. A second request adds to the first and starts its time again.
    /// @dev Effects: moves the amount from available to leaving, where it can still be charged. Requirements: that much
    /// available.
    function requestWithdrawal(bytes32 modelId, uint128 amount) external {
        if (amount == 0) {
            revert AmountZero();
        }
        Account storage account = _accounts[modelId][msg.sender];
        Funds funds = account.funds;
        if (amount > funds.available()) {
            revert BalanceTooSmall(amount, funds.available());
        }
        account.funds = FundsLibrary.pack(funds.available() - amount, funds.headroom());
        account.leaving += amount;
        account.withdrawalRequestedAt = uint64(block.timestamp);
        emit WithdrawalRequested(modelId, msg.sender, amount, uint64(block.timestamp) + withdrawalNotice);
    }

    /// @notice Takes out what was asked for. Works whether or not the operator is there.
    /// @dev Effects: pays the caller what was asked for less what was charged since. Requirements: a request, and its
    /// notice.
    function withdraw(bytes32 modelId) external {
        Account storage account = _accounts[modelId][msg.sender];
        uint128 amount = account.leaving;
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        uint64 earliest = account.withdrawalRequestedAt + withdrawalNotice;
        if (block.timestamp < earliest) {
            revert TooEarly(earliest);
        }
        account.leaving = 0;
        account.withdrawalRequestedAt = 0;
        _pay(modelId, amount);
    }

    /// @notice Takes everything out at once where the operator has fallen silent.
    /// @dev Effects: pays the caller available and leaving. Requirements: {isSilent}; something to pay.
    function withdrawFromSilence(bytes32 modelId) external {
        if (!isSilent(modelId)) {
            revert TooEarly(_metering[modelId].postedAt + _operatorSilence + 1);
        }
        Account storage account = _accounts[modelId][msg.sender];
        Funds funds = account.funds;
        uint128 amount = funds.available() + account.leaving;
        if (amount == 0) {
            revert NothingToWithdraw();
        }
        account.funds = FundsLibrary.pack(0, funds.headroom());
        account.leaving = 0;
        account.withdrawalRequestedAt = 0;
        _pay(modelId, amount);
    }

    /// @notice Posts the next epoch of a model.
    /// @dev Effects: the epoch; its charges can be settled; the operator has been heard of. Requirements: the operator with
    /// its bond; no pause; the number after the last, which is closed; a later end that is not in the future; roots that
    /// fit the count.
    function postEpoch(bytes32 modelId, uint64 epoch, EpochHeader calldata header) external whenNotPaused {
        uint32 operatorNumber = _requireOperator(msg.sender);
        Metering storage metering = _metering[modelId];
        uint64 last = metering.epoch;
        if (epoch != last + 1) {
            revert EpochOutOfOrder(last + 1);
        }
        bytes32 left = metering.chargeHead;
        if (left != OmlProtocol.CHARGES_END && left != 0) {
            revert EpochStillOpen(last);
        }
        if (header.until <= metering.until || header.until > block.timestamp) {
            revert EpochInvalid("until");
        }
        _checkRoots(header);
        _epochs[modelId][epoch] =
            Epoch(header.permitRoot, header.count, header.until, uint64(block.timestamp), operatorNumber);
        metering.chargeHead = header.chargeHead;
        (metering.epoch, metering.countLeft, metering.totalLeft) = (epoch, header.count, header.total);
        (metering.until, metering.postedAt) = (header.until, uint64(block.timestamp));
        emit EpochPosted(
            modelId,
            epoch,
            msg.sender,
            header.permitRoot,
            header.chargeHead,
            header.count,
            header.until,
            header.total
        );
        if (header.count == 0) {
            emit EpochClosed(modelId, epoch);
        }
    }

    /// @notice Debits the next charges of the open epoch. Anybody may, since the list was fixed when the epoch was posted.
    /// @dev Effects: debits each host; what a balance does not cover is debt, what lies beyond the host's headroom is
    /// refused; the last batch closes the epoch and sends what was paid to the model's treasury (if that fails, the revenue
    /// waits for {collectRevenue}). Requirements: the epoch is open; `charges` are whole, at most {LARGEST_BATCH} and, in
    /// front of the list `next`, hash to the head; counts and amounts add up to what was posted.
    /// @param charges host, count and amount (20 + 8 + 16 bytes) of each charge
    /// @param next head of the charges behind these; {OmlProtocol-CHARGES_END} behind the last
    function settle(bytes32 modelId, uint64 epoch, bytes calldata charges, bytes32 next) external {
        Metering storage metering = _metering[modelId];
        _requireOpen(metering, epoch);
        _requireNext(metering.chargeHead, charges, next);
        (uint256 count, uint256 total, uint256 paid) = _debit(Settling(modelId, epoch), charges);
        (uint64 countLeft, uint128 totalLeft) = (metering.countLeft, metering.totalLeft);
        bool last = next == OmlProtocol.CHARGES_END;
        bool fits = last ? count == countLeft && total == totalLeft : count <= countLeft && total <= totalLeft;
        if (!fits) {
            revert ChargesDoNotAddUp(countLeft, totalLeft);
        }
        metering.chargeHead = next;
        (metering.countLeft, metering.totalLeft) = (countLeft - uint64(count), totalLeft - uint128(total));
        // What is paid was deposited here, so it is less than all units of the token.
        metering.revenue += uint128(paid);
        emit ChargesSettled(modelId, epoch, charges);
        if (last) {
            _close(modelId, epoch);
        }
    }

    /// @notice Gives the rest of an epoch's charges up, for instance such as do not add up to what was posted.
    /// @dev Effects: the epoch is closed, nobody is charged for the rest; the operator forfeits what an omission costs.
    /// Requirements: the operator; an open epoch.
    function abandonEpoch(bytes32 modelId) external {
        uint32 operatorNumber = _requireOperator(msg.sender);
        Metering storage metering = _metering[modelId];
        uint64 epoch = metering.epoch;
        _requireOpen(metering, epoch);
        emit EpochAbandoned(modelId, epoch, metering.countLeft, metering.totalLeft);
        metering.chargeHead = OmlProtocol.CHARGES_END;
        (metering.countLeft, metering.totalLeft) = (0, 0);
        _addRevenue(modelId, _forfeit(operatorNumber, modelId));
        _close(modelId, epoch);
    }

    /// @notice Sends what hosts paid to the model's treasury. Anybody may; closing an epoch does.
    /// @dev Effects: no revenue is left here. Requirements: a registered model, unless there is nothing.
    function collectRevenue(bytes32 modelId) external returns (uint256 amount) {
        Metering storage metering = _metering[modelId];
        amount = metering.revenue;
        if (amount != 0) {
            metering.revenue = 0;
            address treasury = registry.treasuryOf(modelId);
            emit RevenueCollected(modelId, treasury, amount);
            token.safeTransfer(treasury, amount);
        }
    }

    /// @notice A host admits to have used so much, ever, which lets so much be charged.
    /// @dev Effects: headroom grows by what is acknowledged anew. Requirements: neither number smaller than before and one
    /// larger; not from the future; signed by the host, or by the key that the gateway of its instance has now. Anybody may
    /// post it.
    /// @param instanceId whose gateway signed, or zero where the host itself did
    function acknowledge(OmlProtocol.UsageAck calldata ack, bytes32 instanceId, bytes calldata signature) external {
        if (ack.acknowledgedAt > block.timestamp) {
            revert AcknowledgementFromFuture(ack.acknowledgedAt);
        }
        Account storage account = _accounts[ack.modelId][ack.host];
        uint128 before = account.acknowledgedCharge;
        uint64 countBefore = account.acknowledgedCount;
        bool grows = ack.cumulativeCharge > before || ack.cumulativeCount > countBefore;
        if (!grows || ack.cumulativeCharge < before || ack.cumulativeCount < countBefore) {
            revert AcknowledgementStale(countBefore, before);
        }
        address recovered =
            ECDSA.recover(OmlProtocol.digest(_domain(), OmlProtocol.structHash(ack)), signature);
        if (!_maySign(ack, instanceId, recovered)) {
            revert AcknowledgementNotSigned(recovered);
        }
        Funds funds = account.funds;
        uint256 more = uint256(ack.cumulativeCharge) - before + _newCredit(ack.modelId, ack.host, account);
        account.funds = FundsLibrary.pack(funds.available(), funds.raised(more));
        account.acknowledgedCharge = ack.cumulativeCharge;
        account.acknowledgedCount = ack.cumulativeCount;
        account.acknowledgedAt = ack.acknowledgedAt;
        emit UsageAcknowledged(
            ack.modelId, ack.host, ack.cumulativeCount, ack.cumulativeCharge, ack.acknowledgedAt
        );
    }

    /// @notice A host's account for a model.
    function balanceOf(bytes32 modelId, address host) external view returns (Balance memory) {
        Account storage account = _accounts[modelId][host];
        Funds funds = account.funds;
        return Balance({
            available: funds.available(),
            leaving: account.leaving,
            debt: account.debt,
            headroom: funds.raised(_creditGrowth(modelId, host, account)),
            withdrawalRequestedAt: account.withdrawalRequestedAt
        });
    }

    /// @notice Whether a host owes, and is to get no permits until it has paid.
    function isBlocked(bytes32 modelId, address host) external view returns (bool) {
        return _accounts[modelId][host].debt != 0;
    }

    /// @notice Whether no epoch of a model was posted for so long that balances leave at once.
    function isSilent(bytes32 modelId) public view returns (bool) {
        return block.timestamp > uint256(_metering[modelId].postedAt) + _operatorSilence;
    }

    /// @notice What a host has acknowledged.
    function acknowledgedBy(bytes32 modelId, address host) external view returns (Acknowledged memory) {
        Account storage account = _accounts[modelId][host];
        return Acknowledged({
            cumulativeCharge: account.acknowledgedCharge,
            cumulativeCount: account.acknowledgedCount,
            acknowledgedAt: account.acknowledgedAt,
            credit: account.credit + _creditGrowth(modelId, host, account)
        });
    }

    /// @notice A posted epoch; all zero if there is none.
    function epochOf(bytes32 modelId, uint64 epoch) public view returns (Epoch memory) {
        return _epochs[modelId][epoch];
    }

    /// @notice Where a model's settlement stands.
    function progressOf(bytes32 modelId) external view returns (Progress memory) {
        Metering storage metering = _metering[modelId];
        return Progress({
            epoch: metering.epoch,
            closed: metering.epoch == 0 || metering.chargeHead == OmlProtocol.CHARGES_END,
            countLeft: metering.countLeft,
            totalLeft: metering.totalLeft,
            chargeHead: metering.chargeHead,
            until: metering.until,
            postedAt: metering.postedAt,
            revenue: metering.revenue
        });
    }

    /// @notice Whether an epoch of the permit's model holds the permit at an index.
    function provePermit(uint64 epoch, OmlProtocol.Permit calldata permit, uint32 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        return _holds(permit.modelId, epoch, OmlProtocol.structHash(permit), index, path);
    }

    function _holds(bytes32 modelId, uint64 epoch, bytes32 permitHash, uint32 index, bytes32[] memory path)
        internal
        view
        returns (bool)
    {
        Epoch storage posted = _epochs[modelId][epoch];
        (bool fits, bytes32 root) = OmlProtocol.permitRoot(permitHash, index, posted.count, path);
        return fits && root == posted.permitRoot;
    }

    function _addRevenue(bytes32 modelId, uint128 amount) internal {
        _metering[modelId].revenue += amount;
    }

    /// @dev The operator's number, if the caller is the operator and has its bond.
    function _requireOperator(address caller) internal view virtual returns (uint32);

    /// @dev Takes what an omission costs from an operator's bond.
    function _forfeit(uint32 operatorNumber, bytes32 modelId) internal virtual returns (uint128);

    function _domain() internal view virtual returns (bytes32);

    function _checkRoots(EpochHeader calldata header) private pure {
        bool isEmpty = header.count == 0;
        if (isEmpty != (header.permitRoot == 0)) {
            revert EpochInvalid("permitRoot");
        }
        if (isEmpty != (header.chargeHead == OmlProtocol.CHARGES_END) || header.chargeHead == 0) {
            revert EpochInvalid("chargeHead");
        }
        if (isEmpty && header.total != 0) {
            revert EpochInvalid("total");
        }
    }

    function _requireOpen(Metering storage metering, uint64 epoch) private view {
        if (epoch == 0 || epoch != metering.epoch || metering.chargeHead == OmlProtocol.CHARGES_END) {
            revert EpochNotOpen(epoch);
        }
    }

    function _requireNext(bytes32 expected, bytes calldata charges, bytes32 next) private pure {
        uint256 size = charges.length;
        if (size == 0 || size % OmlProtocol.CHARGE_SIZE != 0 || size > LARGEST_BATCH * OmlProtocol.CHARGE_SIZE) {
            revert ChargesMalformed();
        }
        bytes32 actual = OmlProtocol.chargeHead(charges, next);
        if (actual != expected) {
            revert ChargesNotNext(expected, actual);
        }
    }

    /// @return count of all charges
    /// @return total of all charges as they are listed
    /// @return paid from balances
    function _debit(Settling memory open, bytes calldata charges)
        private
        returns (uint256 count, uint256 total, uint256 paid)
    {
        mapping(address host => Account) storage accounts = _accounts[open.modelId];
        // At most LARGEST_BATCH numbers of 128 bits each cannot overflow a word.
        unchecked {
            for (uint256 place = 0; place < charges.length; place += OmlProtocol.CHARGE_SIZE) {
                (address host, uint64 permits, uint128 amount) = OmlProtocol.chargeAt(charges, place);
                Account storage account = accounts[host];
                count += permits;
                total += amount;
                (bool covered, Funds rest) = account.funds.charged(amount);
                if (covered) {
                    account.funds = rest;
                    paid += amount;
                } else {
                    paid += _debitShort(open, host, amount);
                }
            }
        }
    }

    /// @dev The way of a charge that available balance or headroom does not cover.
    function _debitShort(Settling memory open, address host, uint128 amount) private returns (uint128 paid) {
        Account storage account = _accounts[open.modelId][host];
        uint128 headroom = account.funds.raised(_newCredit(open.modelId, host, account));
        uint128 owed_ = uint128(Math.min(amount, headroom));
        if (owed_ < amount) {
            emit ChargeRefused(open.modelId, open.epoch, host, amount - owed_);
        }
        uint128 available = account.funds.available();
        uint128 fromAvailable = uint128(Math.min(owed_, available));
        account.funds = FundsLibrary.pack(available - fromAvailable, headroom - owed_);
        uint128 fromLeaving = uint128(Math.min(owed_ - fromAvailable, account.leaving));
        if (fromLeaving != 0) {
            account.leaving -= fromLeaving;
            emit LeavingCharged(open.modelId, open.epoch, host, fromLeaving);
        }
        paid = fromAvailable + fromLeaving;
        if (paid < owed_) {
            account.debt += owed_ - paid;
            emit DebtRecorded(open.modelId, open.epoch, host, owed_ - paid, account.debt);
        }
    }

    function _close(bytes32 modelId, uint64 epoch) private {
        emit EpochClosed(modelId, epoch);
        // A treasury that cannot be paid must not keep epochs open.
        try this.collectRevenue(modelId) {} catch {}
    }

    function _payDebt(bytes32 modelId, Account storage account, uint128 amount) private returns (uint128 paid) {
        uint128 debt = account.debt;
        if (debt != 0) {
            paid = uint128(Math.min(amount, debt));
            account.debt = debt - paid;
            _addRevenue(modelId, paid);
            emit DebtPaid(modelId, msg.sender, paid, debt - paid);
        }
    }

    function _newCredit(bytes32 modelId, address host, Account storage account) private returns (uint128 growth) {
        growth = _creditGrowth(modelId, host, account);
        if (growth != 0) {
            account.credit += growth;
        }
    }

    function _creditGrowth(bytes32 modelId, address host, Account storage account) private view returns (uint128) {
        uint128 signed = registry.obligationsOf(modelId, host).maximumUnacknowledged;
        uint128 known = account.credit;
        return signed > known ? signed - known : 0;
    }

    function _maySign(OmlProtocol.UsageAck calldata ack, bytes32 instanceId, address recovered)
        private
        view
        returns (bool)
    {
        if (instanceId == 0) {
            return recovered == ack.host;
        }
        IModelRegistry.Instance memory instance = registry.instance(instanceId);
        return instance.host == ack.host && instance.modelId == ack.modelId
            && recovered == registry.gatewayKeyAt(instanceId, uint64(block.timestamp));
    }

    function _pay(bytes32 modelId, uint128 amount) private {
        emit BalanceWithdrawn(modelId, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }
}
