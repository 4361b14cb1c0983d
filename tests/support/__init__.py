"""What tests of several packages share: a package factory and a package index on the loopback."""
