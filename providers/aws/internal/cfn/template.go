package cfn

// Template is a CloudFormation template. Logical IDs are letters and digits, and distinct among parameters and resources.
type Template struct {
	// Comment stands above everything, line by line.
	Comment string
	// Description is at most 1,024 bytes.
	Description string
	Parameters  []Parameter
	Rules       []Rule
	Conditions  []Entry
	Resources   []Resource
	Outputs     []Output
	// Included stands behind what is above, in the sections of the same names.
	Included Included
}

// Included is what comes from other templates, as it stands there.
type Included struct {
	Parameters, Rules, Mappings, Conditions, Resources, Outputs []Entry
}

// Entry is an entry of a section, of any shape.
type Entry struct {
	ID      string
	Comment string
	Value   Value
}

// Parameter is what a deployment can choose.
type Parameter struct {
	ID          string
	Description string
	// Type is String, Number, or another parameter type.
	Type string
	// Default is nil for a parameter that must be given.
	Default Value
	// AllowedPattern is a regular expression for the whole value; empty for none.
	AllowedPattern string
	AllowedValues  List
	// ConstraintDescription is what a person reads whose value is not allowed.
	ConstraintDescription string
}

// Rule is checked before anything is deployed.
type Rule struct {
	ID      string
	Comment string
	// Assert is a rule function.
	Assert Value
	// Description is what a person reads when the assertion does not hold.
	Description string
}

// Resource is a resource.
type Resource struct {
	ID string
	// Comment stands above the resource, line by line; empty for none.
	Comment string
	Type    string
	// Attributes stand between the type and the properties: DependsOn, DeletionPolicy and the like.
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html
	Attributes Map
	Properties Map
}

// Output is what a deployment tells.
type Output struct {
	ID          string
	Description string
	Value       Value
}
