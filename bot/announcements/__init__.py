"""Who wants to know what happens, and telling them: once, in their language, in time, also when it moves."""
