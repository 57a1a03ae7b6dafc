"""Agency profiles: what is particular to one agency's copy, one TOML file each."""
