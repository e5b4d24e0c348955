package org.oml.chain;

/** A contract of the platform, under the name that the addresses file has for it. */
public enum Contract {
  PAYMENT_TOKEN("PaymentToken"),
  MODEL_REGISTRY("ModelRegistry"),
  HOST_STAKING("HostStaking"),
  PERMIT_LEDGER("PermitLedger"),
  PENALTY_COURT("PenaltyCourt"),
  PROVER_REGISTRY("ProverRegistry"),
  PANEL_COURT("PanelCourt"),
  REVENUE_VAULT("RevenueVault"),
  COMMUNITY_SHARES("CommunityShares"),
  COMMUNITY_GOVERNOR("CommunityGovernor"),
  TIMELOCK("Timelock");

  private final String label;

  Contract(String label) {
    this.label = label;
  }

  /** The name in Solidity. */
  public String solidityName() {
    return this == TIMELOCK ? "CommunityTimelock" : label;
  }

  /** The name in the addresses file. */
  public String label() {
    return label;
  }
}
