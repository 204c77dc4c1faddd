<#
.SYNOPSIS
    Assigns a HAVIP to a role of a Windows Server failover cluster.

.DESCRIPTION
    Run it once, on any node of the cluster, as an administrator. The address becomes an
    "IP Address" resource of the role, on the cluster network of its subnet, and the role's
    network name will depend on it. The cluster announces the address when the role moves, so
    that the HAVIP follows; nothing else has to be configured.

    The script is idempotent. With -WhatIf it only prints what it would do.

.PARAMETER Role
    The name of the role (cluster group), for example "SQL Server (MSSQLSERVER)".

.PARAMETER Address
    The HAVIP's address, for example 172.17.16.3.

.PARAMETER PrefixLength
    The length of the subnet's prefix, for example 24.

.PARAMETER TestMove
    Move the role to every other node in turn and back, and check that the address responds.

.EXAMPLE
    .\wsfc-add-havip.ps1 -Role "SQL Server (MSSQLSERVER)" -Address 172.17.16.3 -PrefixLength 24
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [Parameter(Mandatory = $true)]
    [ValidateNotNullOrEmpty()]
    [string] $Role,

    [Parameter(Mandatory = $true)]
    [ValidatePattern('^\d{1,3}(\.\d{1,3}){3}$')]
    [string] $Address,

    [Parameter(Mandatory = $true)]
    [ValidateRange(16, 28)]
    [int] $PrefixLength,

    [switch] $TestMove
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function ConvertTo-Number {
    [OutputType([long])]
    param([string] $Text)

    $bytes = ([System.Net.IPAddress]::Parse($Text)).GetAddressBytes()
    return ([long] $bytes[0] * 16777216) + ([long] $bytes[1] * 65536) +
        ([long] $bytes[2] * 256) + [long] $bytes[3]
}

function ConvertTo-Mask {
    [OutputType([string])]
    param([int] $Length)

    $number = [long] 4294967296 - [long] [math]::Pow(2, 32 - $Length)
    $parts = 16777216, 65536, 256, 1 | ForEach-Object {
        [long] [math]::Floor($number / $_) % 256
    }
    return $parts -join '.'
}

function Find-Network {
    param([string] $Text, [int] $Length)

    $size = [long] [math]::Pow(2, 32 - $Length)
    $wanted = [math]::Floor((ConvertTo-Number -Text $Text) / $size)
    $found = @(Get-ClusterNetwork | Where-Object {
            $_.Address -and
            [math]::Floor((ConvertTo-Number -Text $_.Address) / $size) -eq $wanted
        })
    if ($found.Count -ne 1) {
        throw "No network of this cluster holds $Text/$Length. All nodes must be in the HAVIP's subnet."
    }
    return $found[0]
}

function Get-Parameter {
    [OutputType([string])]
    param($Resource, [string] $Name)

    return [string] ($Resource | Get-ClusterParameter -Name $Name).Value
}

Import-Module -Name FailoverClusters
$group = Get-ClusterGroup -Name $Role
$network = Find-Network -Text $Address -Length $PrefixLength
$mask = ConvertTo-Mask -Length $PrefixLength
$name = "HAVIP $Address"

$addresses = @(Get-ClusterResource | Where-Object { $_.ResourceType.Name -eq 'IP Address' })
$resource = $addresses | Where-Object { (Get-Parameter -Resource $_ -Name 'Address') -eq $Address }
if ($resource -and $resource.OwnerGroup.Name -ne $group.Name) {
    throw "$Address already belongs to the role '$($resource.OwnerGroup.Name)'."
}

if (-not $resource -and $PSCmdlet.ShouldProcess($Role, "add the address $Address")) {
    $resource = Add-ClusterResource -Name $name -Group $group.Name -ResourceType 'IP Address'
    $resource | Set-ClusterParameter -Multiple @{
        Address    = $Address
        SubnetMask = $mask
        Network    = $network.Name
        EnableDhcp = 0
    }
}

$networkName = Get-ClusterResource |
    Where-Object { $_.ResourceType.Name -eq 'Network Name' -and $_.OwnerGroup.Name -eq $group.Name } |
    Select-Object -First 1
if ($networkName -and $resource) {
    $depends = (Get-ClusterResourceDependency -Resource $networkName.Name).DependencyExpression
    if ($depends -notlike "*[[]$($resource.Name)]*" -and
        $PSCmdlet.ShouldProcess($networkName.Name, "depend on $Address")) {
        # One of its addresses is enough for the name; the HAVIP is the one that clients use.
        $either = if ($depends) { "$depends or [$($resource.Name)]" } else { "[$($resource.Name)]" }
        Set-ClusterResourceDependency -Resource $networkName.Name -Dependency $either
    }
}

if ($resource -and $PSCmdlet.ShouldProcess($Role, 'bring the address online')) {
    Start-ClusterResource -Name $resource.Name | Out-Null
}

if ($TestMove -and $PSCmdlet.ShouldProcess($Role, 'move to every other node and back')) {
    $before = $group.OwnerNode.Name
    $others = @(Get-ClusterNode | Where-Object { $_.State -eq 'Up' -and $_.Name -ne $before })
    foreach ($node in @($others | ForEach-Object { $_.Name }) + $before) {
        Move-ClusterGroup -Name $group.Name -Node $node | Out-Null
        $answers = Test-Connection -ComputerName $Address -Count 4 -Quiet
        Write-Output "on ${node}: $Address $(if ($answers) { 'answers' } else { 'does not answer' })"
    }
}

Write-Output "$Address/$PrefixLength is an address of the role '$Role' on '$($network.Name)'."
