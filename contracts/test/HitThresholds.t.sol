// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HitThresholds} from "../src/panel/HitThresholds.sol";
import {Test} from "./Vm.sol";

/// @title Every entry of the table, computed again with whole numbers
contract HitThresholdsTest is Test {
    /// Of M questions each is a hit by chance with 1/3, so that i hits have C(M, i) · 2^(M-i) of 3^M cases. A threshold m is
    /// the least with: cases of m or more hits · 2^36 ≤ 3^M. All of it fits 256 bits up to M = 128: 3^128 < 2^203.
    function testEveryEntryIsTheLeastThatConvinces() public pure {
        for (uint256 asked = 1; asked <= HitThresholds.MAXIMUM; asked++) {
            uint256 all = 3 ** asked;
            uint256 least = HitThresholds.leastHits(asked);
            if (least > asked) {
                assertEq(least, 255, "none");
                assertTrue(!HitThresholds.exists(asked), "none");
                assertTrue(tail(asked, asked) * 2 ** 36 > all, "not even all of them");
            } else {
                assertTrue(HitThresholds.exists(asked), "exists");
                assertTrue(tail(asked, least) * 2 ** 36 <= all, "rare enough");
                assertTrue(tail(asked, least - 1) * 2 ** 36 > all, "and the least");
            }
        }
    }

    /// One question more asks for at most one hit more: taking a hit and its question away never makes a host guilty.
    function testDroppingAHitNeverConvicts() public pure {
        for (uint256 asked = 24; asked <= HitThresholds.MAXIMUM; asked++) {
            uint256 step = HitThresholds.leastHits(asked) - HitThresholds.leastHits(asked - 1);
            assertTrue(step <= 1, "at most one");
        }
    }

    function testBeyondTheTableNothingConvinces() public pure {
        assertTrue(!HitThresholds.exists(0), "none asked");
        assertTrue(!HitThresholds.exists(HitThresholds.MAXIMUM + 1), "too many");
        assertTrue(!HitThresholds.exists(type(uint256).max), "far too many");
    }

    function tail(uint256 asked, uint256 hits) private pure returns (uint256 cases) {
        for (uint256 i = hits; i <= asked; i++) {
            cases += choose(asked, i) * 2 ** (asked - i);
        }
    }

    function choose(uint256 n, uint256 k) private pure returns (uint256 ways) {
        ways = 1;
        if (k > n - k) {
            k = n - k;
        }
        for (uint256 i = 1; i <= k; i++) {
            ways = ways * (n - k + i) / i;
        }
    }
}
