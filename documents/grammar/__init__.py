"""The grammar of a commune's plan: small rules over folded text, values in and values out."""
