// A sample.
// Of two lines.

targetScope = 'resourceGroup'

@description('It\'s the stage.')
@minLength(1)
@maxLength(8)
param stage string = 'dev'

param location string = resourceGroup().location

@minValue(30)
@maxValue(730)
param days int = 30

@allowed([
  'Standard_LRS'
  'Standard_ZRS'
])
param sku string

var token = uniqueString(resourceGroup().id, stage)

// Where packages go.
resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'st${token}'
  location: location
  tags: {
    'isobar-stage': stage
    days: '${days}'
  }
  sku: {
    name: sku
  }
  kind: 'StorageV2'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    // Identities alone.
    allowSharedKeyAccess: false
  }
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: 'shared'
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: storage
  name: 'default'
  properties: {
    cors: {
      corsRules: []
    }
  }
  dependsOn: [
    identity
  ]
}

@onlyIfNotExists()
resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2025-01-01' = {
  parent: storage
  name: 'default'
  properties: empty(stage) ? {
    policy: {
      rules: []
    }
  } : null
}

// A part of this.
module part 'part.bicep' = {
  name: 'part'
  params: {
    stage: stage
  }
}

@description('Where blobs are.')
output endpoint string = storage.properties.primaryEndpoints.blob
