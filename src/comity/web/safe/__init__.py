"""The page of a shelter: fingerprints made on the visitor's own device, and nothing else sent."""
