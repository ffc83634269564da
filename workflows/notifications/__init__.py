"""What people are told outside the application: notices become messages of the outbox, which channels carry."""
