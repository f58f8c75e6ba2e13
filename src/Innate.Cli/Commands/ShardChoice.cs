using System.CommandLine;
using System.CommandLine.Parsing;
using Innate.Rows;
using Innate.Rows.Shards;

namespace Innate.Cli.Commands;

/// <summary><c>--shard</c>: one of several equal parts of a job.</summary>
internal sealed class ShardChoice
{
    // Where rows come from, who computes, and what a person sees decide no bit; the fingerprint has the model and its adapters.
    private static readonly HashSet<string> Undeciding =
        ["--shard", "--in", "--out", "--model", "--adapter", "--threads", "--quiet", "--resume", "--engine", "--engine-kind",
            "--engine-key-env", "--engine-requests", "--engine-logits"];

    public Option<string?> Shard { get; } = Opt.Text(
        "--shard", "I/N",
        "Do part I of N, to FILE.I-of-N beside --out; auto reads it from the environment of Slurm, Open MPI, torchrun or "
        + "(auto/N) an indexed job of Kubernetes; `innate gather` joins the parts [off: all of it]");

    /// <summary>The part; null: all.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="block">Rows that stay together.</param>
    /// <param name="tellsOptions">Whether the part's manifest holds the options, where the run has no header of its own.</param>
    /// <exception cref="InputException">There is no such part.</exception>
    public RowShard? Of(ParseResult parsed, int block = 1, bool tellsOptions = false)
    {
        if (parsed.GetValue(Shard) is not { } text) return null;
        return RowShard.Parse(text) with { Block = block, Settings = tellsOptions ? Words(parsed) : "" };
    }

    /// <summary>Rows of a part.</summary>
    public static RowLocation Input(RowLocation rows, RowShard? shard) => rows with { Shard = shard };

    /// <summary>The part's own output.</summary>
    /// <exception cref="InputException">The whole's is the pipe.</exception>
    public static string Output(string path, RowShard? shard) => shard is null ? path
        : path == "-" ? throw new InputException("--out: expected a file beside --shard, whose parts are joined, found the pipe.")
        : shard.NameOf(path);

    private static string Words(ParseResult parsed) => string.Join(' ', parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(o => !o.Implicit && !Undeciding.Contains(o.Option.Name)).OrderBy(o => o.Option.Name, StringComparer.Ordinal)
        .Select(o => string.Join(' ', [o.Option.Name, .. o.Tokens.Select(t => t.Value)])));
}
