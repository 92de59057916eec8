// Package peer compares the host of AWS Lambda with a peer. It is a module of its own, so that nobody else needs the peer.
package peer
