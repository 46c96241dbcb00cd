"""Speed runs: recipes trained side by side from prepared faces to their final accuracy."""
