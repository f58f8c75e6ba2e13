using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Foundation.Forms;

namespace Innate.Rows.Shards;

/// <summary>
/// What a part's output is: FILE.shard.json, written when the part is whole. It binds each line to its row, and the part to the
/// job that it is of.
/// </summary>
internal sealed record ShardManifest
{
    /// <summary>The part.</summary>
    public required RowShard Shard { get; init; }

    /// <summary>All rows of the job.</summary>
    public required long Rows { get; init; }

    /// <summary>The digest of all rows' hashes, in order.</summary>
    public required string Input { get; init; }

    /// <summary>The hash of each of the part's rows, in order.</summary>
    public required IReadOnlyList<string> Hashes { get; init; }

    /// <summary>How many lines each of them has; empty: one each.</summary>
    public required IReadOnlyList<int> LineCounts { get; init; }

    /// <summary>Bad rows that have no line, where any are told so.</summary>
    public int Bad { get; init; }

    /// <summary>The digest of the part's output.</summary>
    public required string Output { get; init; }

    /// <summary>What decides the bits, by name: the same in all parts.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>The file.</summary>
    public static ObjectForm Form { get; } = JsonForm.Object(
        new JsonField("shard", new NumberForm { IsWhole = true, Least = 1, Most = RowShard.MostShards }, "Which part, from 1.")
            .Always,
        new JsonField("of", new NumberForm { IsWhole = true, Least = 1, Most = RowShard.MostShards }, "How many there are.")
            .Always,
        new JsonField("block", new NumberForm { IsWhole = true, Least = 1, Most = int.MaxValue }, "Rows that stay together.")
            .Always,
        new JsonField("rows", JsonForm.Count, "All rows of the job.").Always,
        new JsonField("input", Hex(64), "The SHA-256 of all rows' hashes, in order.").Always,
        new JsonField("output", Hex(16), "The first 8 bytes of the SHA-256 of the part's output.").Always,
        new JsonField("settings", JsonForm.Map(JsonForm.Text), "What decides the bits, the same in all parts.").Always,
        new JsonField("row_hashes", JsonForm.List(Hex(32)),
            "The first 16 bytes of each of the part's rows' SHA-256, in order.").Always,
        new("lines", JsonForm.List(new NumberForm { IsWhole = true, Least = 0, Most = int.MaxValue }),
            "How many lines each row has in the output; absent: one each."),
        new("bad", JsonForm.Count, "Bad rows that have no line; absent: none."));

    private static TextForm Hex(int digits) => new()
    {
        Pattern = $"^[0-9a-f]{{{digits}}}$", Words = $"{digits} hexadecimal digits",
    };

    /// <summary>Its name beside an output.</summary>
    public static string NameOf(string output) => output + ".shard.json";

    /// <summary>Why the finished output of a part is not what a run would make.</summary>
    /// <param name="output">The output.</param>
    /// <param name="part">The part, of which all rows are read.</param>
    /// <param name="settings">What decides the bits.</param>
    /// <returns>What lies there, in words; null: it is the part, whole and unchanged.</returns>
    public static string? DifferenceOf(
        string output, ShardRecord part, IEnumerable<KeyValuePair<string, string>> settings)
    {
        ShardManifest found;
        try
        {
            found = Read(output);
        }
        catch (InputException e)
        {
            return $"what cannot be told to be a part ({e.Message.TrimEnd('.')})";
        }

        ShardManifest wanted = new()
        {
            Shard = part.Shard, Rows = part.Rows, Input = part.DigestOfAll(), Hashes = part.Hashes, LineCounts = [],
            Output = found.Output, Settings = [.. settings],
        };
        return found.Shard.Index != part.Shard.Index || found.Shard.Count != part.Shard.Count ? $"part {found.Shard}"
            : wanted.DifferenceFrom(found) is { } other
                ? $"a part of another job, where {other.What} is {other.Other}, not {other.Own}"
            : !found.Hashes.SequenceEqual(wanted.Hashes) ? "a part of other rows"
            : Digest.Whole(output) != found.Output ? "one that was changed after it was made"
            : null;
    }

    /// <summary>Where a part is not of the same job as this one.</summary>
    /// <param name="other">The part.</param>
    /// <returns>What differs, here and there; null: nothing.</returns>
    public (string What, string Own, string Other)? DifferenceFrom(ShardManifest other)
    {
        if (other.Rows != Rows || other.Input != Input)
        {
            return ("the rows", $"{Rows} rows, {Input[..12]}", $"{other.Rows} rows, {other.Input[..12]}");
        }

        if (other.Shard.Block != Shard.Block) return ("the block", $"{Shard.Block}", $"{other.Shard.Block}");
        if (!other.Settings.Select(s => s.Key).SequenceEqual(Settings.Select(s => s.Key)))
        {
            return ("the settings", Names(this), Names(other));
        }

        foreach ((KeyValuePair<string, string> own, KeyValuePair<string, string> theirs) in Settings.Zip(other.Settings))
        {
            if (own.Value != theirs.Value) return (own.Key, $"'{own.Value}'", $"'{theirs.Value}'");
        }

        return null;

        static string Names(ShardManifest manifest) => string.Join(' ', manifest.Settings.Select(s => s.Key));
    }

    /// <summary>Writes it.</summary>
    /// <param name="output">The part's output.</param>
    public void Write(string output)
    {
        JsonObject json = new()
        {
            ["shard"] = Shard.Index, ["of"] = Shard.Count, ["block"] = Shard.Block, ["rows"] = Rows, ["input"] = Input,
            ["output"] = Output,
            ["settings"] = new JsonObject(Settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))),
            ["row_hashes"] = new JsonArray([.. Hashes.Select(h => JsonValue.Create(h))]),
        };
        if (LineCounts.Count > 0) json["lines"] = new JsonArray([.. LineCounts.Select(n => JsonValue.Create(n))]);
        if (Bad > 0) json["bad"] = Bad;
        WholeFile.Write(NameOf(output), JsonBytes.Indented(json));
    }

    /// <summary>Reads that of an output.</summary>
    /// <exception cref="InputException">There is none, or it is damaged.</exception>
    public static ShardManifest Read(string output)
    {
        string file = NameOf(output);
        if (!File.Exists(file))
        {
            throw new InputException($"{output}: expected {Path.GetFileName(file)}, which tells what part it is, found none.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement root = document.RootElement;
            if (Form.Fault(root) is { } fault) throw new InputException($"{file}: {fault}.");
            ShardManifest manifest = new()
            {
                Shard = RowShard.Of(root.GetProperty("shard").GetInt32(), root.GetProperty("of").GetInt32(), file) with
                {
                    Block = root.GetProperty("block").GetInt32(),
                },
                Rows = root.GetProperty("rows").GetInt64(),
                Input = root.GetProperty("input").GetString()!,
                Output = root.GetProperty("output").GetString()!,
                Settings = [.. root.GetProperty("settings").EnumerateObject()
                    .Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!))],
                Hashes = [.. root.GetProperty("row_hashes").EnumerateArray().Select(h => h.GetString()!)],
                LineCounts = root.TryGetProperty("lines", out JsonElement lines) && lines.ValueKind == JsonValueKind.Array
                    ? [.. lines.EnumerateArray().Select(n => n.GetInt32())] : [],
                Bad = root.TryGetProperty("bad", out JsonElement n) && n.ValueKind == JsonValueKind.Number ? n.GetInt32() : 0,
            };
            return manifest.LineCounts.Count == 0 || manifest.LineCounts.Count == manifest.Hashes.Count
                ? manifest
                : throw new InputException(
                    $"{file}: \"lines\": expected one for each of {manifest.Hashes.Count} rows, found "
                    + $"{manifest.LineCounts.Count}.");
        }
        catch (FormatException e)
        {
            throw new InputException($"{file}: expected whole numbers without a point, found another.", e);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{file}: expected texts of whole characters, found half of one.", e);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }
    }
}
