// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title A token for development chains
/// @notice All of it belongs to the deployer. On a public chain the platform is given a token that exists.
contract PaymentToken is ERC20, ERC20Permit {
    constructor(uint256 supply) ERC20("OML development token", "OMLD") ERC20Permit("OML development token") {
        _mint(msg.sender, supply);
    }
}
