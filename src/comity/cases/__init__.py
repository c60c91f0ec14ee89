"""Acts, cases as the fold of signed acts, approvals, the gate: the only holder of the act signer."""
