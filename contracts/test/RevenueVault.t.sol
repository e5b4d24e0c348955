// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {CommunityShares} from "../src/CommunityShares.sol";
import {RevenueVault} from "../src/RevenueVault.sol";
import {PaymentToken} from "../src/dev/PaymentToken.sol";
import {IRevenueVault} from "../src/interfaces/IRevenueVault.sol";
import {Test} from "./Vm.sol";

/// @title Three shareholders and their revenue
contract RevenueVaultTest is Test {
    address internal constant ANN = address(0xA1);
    address internal constant BEN = address(0xB2);
    address internal constant CEM = address(0xC3);

    ERC20 internal token;
    CommunityShares internal shares;
    RevenueVault internal vault;

    function setUp() public virtual {
        build(new PaymentToken(1_000_000e18), 50e18, 30e18, 20e18);
    }

    function build(ERC20 paid, uint256 ann, uint256 ben, uint256 cem) internal {
        token = paid;
        address[] memory holders = new address[](3);
        (holders[0], holders[1], holders[2]) = (ANN, BEN, CEM);
        uint256[] memory amounts = new uint256[](3);
        (amounts[0], amounts[1], amounts[2]) = (ann, ben, cem);
        address vaultToBe = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        shares = new CommunityShares("shares", "S", holders, amounts, IRevenueVault(vaultToBe));
        vault = new RevenueVault(token, shares);
        assertEq(address(vault), vaultToBe, "the vault's address");
    }

    function testRevenueIsDividedByShares() public {
        arrive(1000);
        assertEq(vault.claimable(ANN), 500, "half");
        assertEq(vault.claimable(BEN), 300, "less");
        assertEq(vault.claimable(CEM), 200, "least");
        vault.claim(BEN);
        assertEq(token.balanceOf(BEN), 300, "paid");
        arrive(100);
        vault.claim(ANN);
        vault.claim(BEN);
        vault.claim(CEM);
        assertEq(token.balanceOf(ANN), 550, "all of Ann's");
        assertEq(token.balanceOf(BEN), 330, "all of Ben's");
        assertEq(token.balanceOf(CEM), 220, "all of Cem's");
    }

    /// Without shares there is nobody to divide among; with too many, what was earned would not fit a word.
    function testSharesAreNeitherNoneNorTooMany() public {
        PaymentToken none = new PaymentToken(0);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.SupplyInvalid.selector, 0));
        new RevenueVault(token, none);
        uint256 tooMany = uint256(type(uint128).max) + 1;
        PaymentToken many = new PaymentToken(tooMany);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.SupplyInvalid.selector, tooMany));
        new RevenueVault(token, many);
    }

    function testNothingIsClaimedTwice() public {
        arrive(1000);
        vault.claim(ANN);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.NothingToClaim.selector, ANN));
        vault.claim(ANN);
    }

    /// Whoever buys shares after revenue arrived buys none of it, and cannot let shares travel to claim with each holder.
    function testSharesThatTravelClaimOnce() public {
        arrive(1000);
        move(ANN, BEN, 50e18);
        assertEq(vault.claimable(ANN), 500, "earned while Ann held them");
        assertEq(vault.claimable(BEN), 300, "nothing of it is Ben's");
        vault.claim(ANN);
        move(BEN, CEM, 80e18);
        move(CEM, ANN, 100e18);
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.NothingToClaim.selector, ANN));
        vault.claim(ANN);
        assertEq(vault.claimable(CEM), 200, "as before");
        arrive(10);
        assertEq(vault.claimable(ANN), 10, "who holds all earns all");
    }

    function testOnlyTheSharesReportTransfers() public {
        vm.expectRevert(abi.encodeWithSelector(IRevenueVault.NotShares.selector, ANN));
        vm.prank(ANN);
        vault.beforeTransfer(ANN, BEN);
    }

    function testATransferToOneselfEarnsNothing() public {
        arrive(1000);
        move(ANN, ANN, 50e18);
        assertEq(vault.claimable(ANN), 500, "as before");
    }

    function testDustStays() public {
        build(new PaymentToken(1_000_000e18), 1, 1, 1);
        arrive(1000);
        vault.claim(ANN);
        vault.claim(BEN);
        vault.claim(CEM);
        assertEq(token.balanceOf(address(vault)), 1, "one unit has no owner");
        arrive(2);
        assertEq(vault.claim(ANN), 1, "its fractions made a whole");
        vault.claim(BEN);
        vault.claim(CEM);
        assertEq(token.balanceOf(address(vault)), 0, "now everything has one");
    }

    /// Crediting often, as anybody can who sends nothing to a holder, takes nothing from it.
    function testCreditingOftenLosesNothing() public {
        build(new PaymentToken(1_000_000e18), 1, 1, 1);
        for (uint256 i = 0; i < 30; i++) {
            arrive(1);
            move(BEN, ANN, 0);
        }
        assertEq(vault.claim(ANN), 10, "a third of thirty");
    }

    function testATokenThatCallsBackClaimsOnce() public {
        CallingBackToken calling = new CallingBackToken();
        build(calling, 50e18, 30e18, 20e18);
        arrive(1000);
        calling.callBack(address(vault), abi.encodeCall(vault.claim, (BEN)));
        vault.claim(ANN);
        assertTrue(!calling.succeeded(), "not inside another claim");
        calling.callBack(address(vault), abi.encodeCall(vault.sync, ()));
        vault.claim(BEN);
        assertTrue(!calling.succeeded(), "nor is what is on its way counted again");
        assertEq(vault.claimable(CEM), 200, "as before");
    }

    /// However revenue arrives and shares travel, claims never exceed what arrived, and fall short by dust alone.
    function testFuzzClaimsNeverExceedRevenue(uint256 seed, uint96[3] memory holdings) public {
        build(
            new PaymentToken(1_000_000e18),
            uint256(holdings[0]) + 1,
            uint256(holdings[1]) + 1,
            uint256(holdings[2]) + 1
        );
        address[3] memory holders = [ANN, BEN, CEM];
        uint256 arrived = 0;
        uint256 claimed = 0;
        for (uint256 i = 0; i < 24; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            address holder = holders[random % 3];
            uint256 action = random / 3 % 4;
            if (action == 0) {
                uint256 amount = random / 12 % 1e21;
                arrive(amount);
                arrived += amount;
            } else if (action == 1 && vault.claimable(holder) != 0) {
                claimed += vault.claim(holder);
            } else if (action == 2) {
                move(holder, holders[random / 12 % 3], random / 36 % (shares.balanceOf(holder) + 1));
            } else {
                vault.sync();
            }
            uint256 open = vault.claimable(ANN) + vault.claimable(BEN) + vault.claimable(CEM);
            assertTrue(claimed + open <= arrived, "never more than arrived");
            assertTrue(claimed + open + 3 >= arrived, "dust alone is missing");
        }
    }

    function arrive(uint256 amount) internal {
        assertTrue(token.transfer(address(vault), amount), "arrived");
    }

    function move(address from, address to, uint256 amount) internal {
        vm.prank(from);
        assertTrue(shares.transfer(to, amount), "moved");
    }
}

/// @title A token that calls back before it moves
contract CallingBackToken is ERC20 {
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
        if (_target != address(0)) {
            address target = _target;
            _target = address(0);
            (succeeded,) = target.call(_call);
        }
        super._update(from, to, value);
    }
}
