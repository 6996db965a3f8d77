"""Other engines, by their manifests."""
