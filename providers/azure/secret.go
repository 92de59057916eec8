package azure

import (
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec"
)

// unset is what a secret holds until a person gives it its value: it cannot be empty. As it is not enabled, nobody can take it for one.
// https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#secret-attributes
const unset = "not set"

// vault is the vault of all secrets, which roles alone open.
func (l *lowering) vault() bicep.File {
	if len(l.app.Secrets) == 0 {
		return nil
	}
	return bicep.File{bicep.Resource{Symbol: symVault, Type: typeVault, Body: body(shortName(l.app, ""),
		bicep.Property{Key: "properties", Value: bicep.Object{
			{Key: "tenantId", Value: bicep.Path(bicep.Func("subscription"), "tenantId")},
			{Key: "sku", Value: bicep.Object{{Key: "family", Value: bicep.String("A")}, {Key: "name", Value: bicep.String("standard")}}},
			{Key: "enableRbacAuthorization", Value: bicep.Bool(true)},
			{Key: "enableSoftDelete", Value: bicep.Bool(true)},
		}})}}
}

// secret is a secret, which this template makes once and then leaves alone, so that no deployment takes its value away.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/resource-declaration#onlyifnotexists-decorator
func (l *lowering) secret(s *plan.Secret) bicep.File {
	symbol := symbolOf(wordSecret, s.Name)
	f := bicep.File{bicep.Resource{
		Comment: "Secret " + s.Name + ". To set it: az keyvault secret set --vault-name VAULT --name " + s.Name + " --file FILE",
		Symbol:  symbol, Type: typeSecret, Once: true,
		Body: bicep.Object{
			{Key: "parent", Value: symVault},
			{Key: "name", Value: bicep.String(s.Name)},
			{Key: "properties", Value: bicep.Object{
				{Key: "attributes", Value: bicep.Object{{Key: "enabled", Value: bicep.Bool(false)}}},
				{Key: "value", Value: bicep.String(unset)},
			}},
		},
	}}
	return l.assign(f, l.usesOf(spec.KindSecret, s.Name), onItself, of(symbol, s.Name))
}

// secretReference is the value of a variable that holds a secret: the platform puts the secret there.
// https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
func secretReference(secret string) bicep.Expr {
	reference := append(bicep.Interpolation{bicep.String("@Microsoft.KeyVault(SecretUri=")}, secretURI(secret)...)
	return append(reference, bicep.String(")"))
}

// secretURI is where the secret's newest version is.
func secretURI(secret string) bicep.Interpolation {
	return bicep.Interpolation{bicep.Path(symVault, "properties", "vaultUri"), bicep.String("secrets/" + secret)}
}

func secretOutputs(app *plan.App) bicep.File {
	if len(app.Secrets) == 0 {
		return nil
	}
	return bicep.File{bicep.Output{Name: "vaultName", Type: bicep.TypeString, Description: "The vault of all secrets.", Value: bicep.Path(symVault, "name")}}
}
