// Forgetting what this device remembers.
document.getElementById("forget").addEventListener("click", (event) => {
  localStorage.removeItem("aichef.profile");
  sessionStorage.removeItem("aichef.draft");
  document.getElementById("said").textContent = event.target.dataset.done;
});
