// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may sign permits, and what hosts have paid in advance
/// @notice The anchor of the protocol's signature domain: its address is the `verifyingContract` of every signature.
/// Epochs and charges are {IPermitSettlement}, the operator's bond is {IOperatorBond}; one contract is all three.
interface IPermitLedger {
    /// @notice When a key's permits are valid: issued in [validFrom, retiredAt).
    struct Signer {
        uint64 validFrom;
        uint64 retiredAt;
    }

    /// @notice Fixed at deployment; times in seconds, amounts in units of the payment token.
    struct Parameters {
        /// Between the announcement of a signer's key, or of its end, and its effect.
        uint64 signerNotice;
        /// Between the request for a balance and its withdrawal, in which charges can still be settled.
        uint64 withdrawalNotice;
        /// Without an epoch for this long, the operator is silent and balances leave at once.
        uint64 operatorSilence;
        /// Between the end of an operator and the withdrawal of its bond; outlasts challenge and answer.
        uint64 bondNotice;
        /// After an epoch was posted, in which an omission from it can be challenged.
        uint64 challengeAge;
        /// In which a challenge can be answered.
        uint64 responsePeriod;
        /// Bond below which an operator cannot post.
        uint128 operatorBond;
        /// What a proven omission costs the operator.
        uint128 omissionPenalty;
        /// What a challenger pays; lost when the challenge is answered.
        uint128 challengeDeposit;
        /// The challenger's part of the penalty in ten-thousandths, at most half.
        uint16 challengerBps;
    }

    event SignerAdded(address indexed signer, uint64 validFrom);
    event SignerRetired(address indexed signer, uint64 retiredAt);

    error SignerExists(address signer);
    error SignerUnknown(address signer);
    error SignerRetiredAlready(address signer);
    error SignerInvalid();
    error TooEarly(uint64 earliest);
    error ParametersInvalid(string field);

    function addSigner(address key, uint64 validFrom) external;

    function retireSigner(address key, uint64 retiredAt) external;

    function signer(address key) external view returns (Signer memory);

    function isSignerAt(address key, uint64 time) external view returns (bool);

    function paused() external view returns (bool);

    function parameters() external view returns (Parameters memory);

    function domainSeparator() external view returns (bytes32);
}
