// Package cfn is a small typed tree of a CloudFormation template, and its printer.
//
// It knows the form of a template, not what resources there are: property names and values are the wing's. What it keeps is
// that a string is always data. A String prints as that text whatever it holds, a String inside a Sub cannot become a
// reference, and a comment cannot end early. Two equal trees print the same bytes.
//
// Strings are UTF-8, as templates are; a byte that is not prints as U+FFFD. Keys are at most 1,000 bytes, which is how far a
// YAML reader looks for the colon.
//
// One thing no printer can do: CloudFormation resolves {{resolve:…}} in any string of a resource, after all functions, and has no
// escape for it. Callers keep such text out.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
package cfn
