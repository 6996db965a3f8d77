"""The only place where rules, targets and facts meet."""
