"""Who wants to know what happens, and telling them: subscriptions, planning, the ledger, sending."""
