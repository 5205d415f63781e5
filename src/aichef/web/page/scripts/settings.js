// Forgetting what this device remembers.
import { forgetAll } from "./device.js";

document.getElementById("forget").addEventListener("click", async (event) => {
  await forgetAll();
  document.getElementById("said").textContent = event.target.dataset.done;
});
