"use strict";
// Asks the admin's own wallet (EIP-1193) to sign and send the transaction on the page; the dashboard has no key for it.
(() => {
  const button = document.getElementById("sign");
  const trouble = document.getElementById("wallet-trouble");
  if (!button || !trouble) {
    return;
  }

  function complain(text) {
    trouble.textContent = text;
    trouble.hidden = false;
  }

  async function send(wallet, { chain, from, to, data }) {
    const [account] = await wallet.request({ method: "eth_requestAccounts" });
    if (from && from.toLowerCase() !== account.toLowerCase()) {
      throw new Error(`The wallet's account is ${account}; ${from} must sign. Choose it in the wallet.`);
    }
    const chainId = "0x" + BigInt(chain).toString(16);
    if (BigInt(await wallet.request({ method: "eth_chainId" })) !== BigInt(chain)) {
      await wallet.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
    }
    return wallet.request({ method: "eth_sendTransaction", params: [{ from: account, to, data, value: "0x0" }] });
  }

  button.addEventListener("click", async () => {
    trouble.hidden = true;
    if (!window.ethereum) {
      complain("There is no wallet in this browser. Install one that speaks EIP-1193, or send the data above with another tool.");
      return;
    }
    button.disabled = true;
    try {
      const form = document.getElementById("sent");
      form.elements.hash.value = (await send(window.ethereum, button.dataset)).toLowerCase();
      form.requestSubmit();
    } catch (refusal) {
      complain(refusal && refusal.message ? refusal.message : "The wallet refused.");
      button.disabled = false;
    }
  });
  // The page comes with a button that cannot be pressed, so that no press is lost before this script is there.
  button.disabled = false;
})();
