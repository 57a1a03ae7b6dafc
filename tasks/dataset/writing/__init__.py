"""How a batch of finished stories gets into the dataset."""
