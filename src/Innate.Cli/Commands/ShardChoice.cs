using System.CommandLine;
using Innate.Rows;
using Innate.Rows.Shards;

namespace Innate.Cli.Commands;

/// <summary><c>--shard</c>: one of several equal parts of a job.</summary>
internal sealed class ShardChoice
{
    public Option<string?> Shard { get; } = Opt.Text(
        "--shard", "I/N",
        "Do part I of N, to FILE.I-of-N beside --out; auto reads it from the environment of Slurm, Open MPI, torchrun or "
        + "(auto/N) an indexed job of Kubernetes; it goes on by itself with what it has done, and `innate gather` joins the "
        + "parts [off: all of it]");

    /// <summary>The part; null: all.</summary>
    /// <param name="parsed">The options.</param>
    /// <exception cref="InputException">There is no such part.</exception>
    public RowShard? Of(ParseResult parsed) => parsed.GetValue(Shard) is { } text ? RowShard.Parse(text) : null;

    /// <summary>The part of a run whose tables are of all parts together; null: all.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="json">Would print the tables.</param>
    /// <exception cref="InputException">There is no such part, or its tables are asked for.</exception>
    public RowShard? WithoutTables(ParseResult parsed, Option<bool> json)
    {
        RowShard? shard = Of(parsed);
        return shard is null || !parsed.GetValue(json) ? shard
            : throw new InputException($"{json.Name}: expected none beside --shard, for a part has no tables, found one.");
    }

    /// <summary>Rows of a part.</summary>
    public static RowLocation Input(RowLocation rows, RowShard? shard) => rows with { Shard = shard };

    /// <summary>The part's own output.</summary>
    /// <exception cref="InputException">The whole's is the pipe.</exception>
    public static string Output(string path, RowShard? shard) => shard is null ? path
        : path == "-" ? throw new InputException("--out: expected a file beside --shard, whose parts are joined, found the pipe.")
        : Path.EndsInDirectorySeparator(path) || Directory.Exists(path)
            ? throw new InputException($"--out: expected a file beside --shard, found the folder {path}.")
        : shard.NameOf(path);
}
