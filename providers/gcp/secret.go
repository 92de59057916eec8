package gcp

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// aboutSecrets says how values get there: a function does not deploy before its secrets have one.
// https://cloud.google.com/functions/docs/configuring/secrets
const aboutSecrets = "Secrets, without their values. Functions that hold one are deployed only once it has a value, so put it in first:\n\n" +
	"terraform apply -target=google_secret_manager_secret.NAME …\n" +
	"gcloud secrets versions add SECRET --data-file=FILE"

// secrets hold no value: that is put in by a person. Each is left alone when it is deleted from the module, or the module destroyed, as
// tables are: Google Cloud would delete the value for good.
//
//   - https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/secret_manager_secret
//   - https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/delete
func (m *module) secrets() []hcl.Block {
	var blocks []hcl.Block
	for i := range m.app.Secrets {
		name := m.app.Secrets[i].Name
		blocks = append(blocks, resource(typeSecret, name,
			hcl.Attr{Name: "secret_id", Value: named(name)},
			hcl.Attr{Name: "labels", Value: sharedLabels},
			// In the app's own region, as everything else is.
			hcl.Block{Type: "replication", Body: []hcl.Item{hcl.Block{Type: "user_managed", Body: []hcl.Item{
				hcl.Block{Type: "replicas", Body: []hcl.Item{hcl.Attr{Name: "location", Value: hcl.Ref("var.region")}}},
			}}}},
			hcl.Attr{Name: "deletion_policy", Value: hcl.Str(leftAlone)},
			afterAPIs(),
		))
	}
	return blocks
}

// secretVariable is an environment variable that holds a secret: its latest version, whenever an instance starts.
func secretVariable(s plan.SecretVariable) hcl.Block {
	return hcl.Block{Type: "secret_environment_variables", Body: []hcl.Item{
		hcl.Attr{Name: "key", Value: hcl.Str(s.Name)},
		hcl.Attr{Name: "project_id", Value: hcl.Ref("var.project")},
		hcl.Attr{Name: "secret", Value: of(typeSecret, s.Secret, "secret_id")},
		hcl.Attr{Name: "version", Value: hcl.Str("latest")},
	}}
}
