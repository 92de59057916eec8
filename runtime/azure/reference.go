package azure

import (
	"log/slog"
	"os"
	"strings"
)

// vaultReference begins an app setting that is a reference to Key Vault. A variable has the reference itself where the platform could not
// resolve it: while the secret is disabled or not there, or the identity may not read it yet.
// https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#troubleshoot-key-vault-references
const vaultReference = "@Microsoft.KeyVault("

// unsetReferences unsets the variables whose references are not resolved, and says which: no handler takes the text of one for a secret.
func unsetReferences() {
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(value, vaultReference) {
			slog.Error("secret not resolved", slog.String("variable", name),
				slog.String("hint", "put a value into the secret that the app setting refers to, and restart the app"))
			_ = os.Unsetenv(name) // it fails for names alone that no variable has
		}
	}
}
