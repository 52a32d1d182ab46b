"""The dossier (hồ sơ) as one .zip: what goes in, the register, the manifest, and the check years later."""
