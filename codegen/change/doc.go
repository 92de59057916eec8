// Package change says what separates two deployments of an app: resources before and after become changes, each with its
// consequence. It computes, and has no words for people; a view has those.
//
// A wing reads its generated files back into a Deployment, so that files of an older version compare as well, and has a Table: for
// each type of resource, and each property of it, what the cloud does when it changes, with the vendor's page. Compare lays one
// over the other. Report puts the changes of all targets together, under the parts of the app that people think in.
package change
