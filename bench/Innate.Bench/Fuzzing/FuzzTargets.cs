namespace Innate.Bench.Fuzzing;

/// <summary>The parsers by name.</summary>
internal static class FuzzTargets
{
    public static readonly string[] Names =
    [
        "regex", "tokenizer", "safetensors", "config", "rows", "csv", "parquet", "body", "adapter", "template-config",
        "gguf", "gguf-keys", "expression",
    ];

    public static FuzzTarget Open(string name, FuzzPlace place) => name switch
    {
        "regex" => TextTargets.Regex(),
        "tokenizer" => TextTargets.Tokenizer(),
        "template-config" => TextTargets.TemplateConfig(place),
        "safetensors" => CheckpointTargets.Safetensors(place),
        "config" => CheckpointTargets.Config(),
        "adapter" => CheckpointTargets.Adapter(place),
        "rows" => RowTargets.Rows(),
        "csv" => RowTargets.Csv(),
        "parquet" => RowTargets.Parquet(),
        "gguf" => GgufTargets.Bytes(place),
        "gguf-keys" => GgufTargets.Keys(place),
        "expression" => ExpressionTarget.Open(),
        _ => BodyTarget.Open(),
    };
}
