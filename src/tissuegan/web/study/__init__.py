"""The user study: people say which tiles they think are synthetic (section 5.1, facts 6.8)."""
