package aws

import "github.com/isobar-dev/isobar/providers/aws/internal/cfn"

// exported is the output of a resource that other stacks refer to: its reference, which is an ARN.
func exported(id string) string { return id + "Arn" }

// export adds the output of the block's resource, for people and for other stacks.
func (b *block) export(id, description string) {
	b.exports = append(b.exports, id)
	b.outputs = append(b.outputs, cfn.Output{ID: exported(id), Description: description, Value: cfn.Ref(id)})
}
