// Package artifact holds generated files in memory, compares them with a tree on disk, and commits them to it.
//
// A tree is a folder, one for each target. A manifest in its root, .isobar.json, lists the files that were generated with their
// hashes. So a tree can hold files that are not generated, which are never touched; a file that was edited by hand is noticed
// before it is overwritten; and only what was generated, and is still as it was generated, is ever removed.
//
// Line endings do not count: a checkout that turns LF into CRLF (git's core.autocrlf) is neither drift nor an edit. Hashes and
// comparisons are of the content with CRLF turned into LF, except for binary files, which are those that hold a NUL byte.
// Files are written as they were generated.
package artifact
