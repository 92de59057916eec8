// Package senders has tests alone: programs that were not written here, emulators and servers that stand in for the clouds' own services,
// send to entrypoints that run as processes. What is recorded elsewhere is sent for real here, with redelivery and dead letters.
//
// A sender that is not installed is an absent judge (see internal/judge): its test is skipped and says so, and fails where the judge is
// required.
package senders
