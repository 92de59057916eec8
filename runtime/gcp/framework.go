package gcp

// The main function that the buildpack writes imports this package. With the import here every go.sum and every vendor folder
// that has what an app needs has it too.
import _ "github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
