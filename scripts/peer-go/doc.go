// Package peer compares the hosts, and the entrypoints that are generated, with peers and with what is written by hand on the vendors' SDKs. It
// is a module of its own, so that nobody else needs these.
package peer
