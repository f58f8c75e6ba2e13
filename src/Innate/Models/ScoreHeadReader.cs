using System.Text.Json;
using Innate.Checkpoints;
using Innate.Text;

namespace Innate.Models;

/// <summary>What a checkpoint has at the end of its decoder.</summary>
internal enum HeadKind
{
    /// <summary>Logits over the vocabulary: <c>...ForCausalLM</c>.</summary>
    Language,

    /// <summary>A number a text, read at its last token: <c>...ForSequenceClassification</c> with one label.</summary>
    Score,

    /// <summary>Two numbers a token, read where steps end: <c>...ForTokenClassification</c> with two labels.</summary>
    Steps,
}

/// <summary>Reads from a config.json, and from the head itself, which of the heads it is.</summary>
internal static class ScoreHeadReader
{
    /// <summary>How transformers' classes end, by the kind of head.</summary>
    public static string ClassEnd(HeadKind kind) => kind switch
    {
        HeadKind.Score => "ForSequenceClassification",
        HeadKind.Steps => "ForTokenClassification",
        _ => "ForCausalLM",
    };

    /// <summary>Where a head that judges steps wants responses cut; paragraphs where nothing is said.</summary>
    /// <exception cref="InputException">Something else than a way to cut.</exception>
    public static StepSplit Split(ConfigFields fields)
    {
        if (fields.Take("step_split") is not JsonElement stated) return StepSplit.Paragraphs;
        return (stated.ValueKind == JsonValueKind.String ? StepText.Find(stated.GetString()!) : null)
            ?? throw fields.Wrong("step_split", string.Join(", ", StepText.Names));
    }

    /// <summary>The head that a config states.</summary>
    /// <param name="fields">The config.</param>
    /// <param name="family">The family, which names its classes.</param>
    /// <param name="scoreHead">A classifier's head among the weights, which says its labels too; null: nobody knows.</param>
    /// <exception cref="InputException">A class or a number of labels that Innate does not run.</exception>
    public static HeadKind Read(ConfigFields fields, FamilyDefaults family, Func<TensorInfo?>? scoreHead)
    {
        string[] architectures = fields.OptionalStrings("architectures") ?? [];
        if (architectures.Length == 0) return HeadKind.Language;
        string[] Classes(HeadKind kind) => [.. family.ArchitecturePrefixes.Select(prefix => prefix + ClassEnd(kind))];
        HeadKind[] found = architectures.Length > 1 ? []
            : [.. Enum.GetValues<HeadKind>().Where(k => Classes(k).Contains(architectures[0]))];
        if (found.Length == 0)
        {
            string[] known = [.. Enum.GetValues<HeadKind>().Select(k => $"[\"{Classes(k)[0]}\"]")];
            throw fields.Wrong("architectures", $"{string.Join(", ", known[..^1])} or {known[^1]}");
        }

        if (found[0] != HeadKind.Language) RequireLabels(fields, found[0], scoreHead);
        return found[0];
    }

    /// <summary>A classifier's head among the weights of a folder; null: there is none.</summary>
    public static TensorInfo? Find(string folder)
    {
        if (!Checkpoint.IsIn(folder)) return null;
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        return checkpoint.TryFind(FreshHead.Weight, out TensorInfo? head) ? head : null;
    }

    private static void RequireLabels(ConfigFields fields, HeadKind kind, Func<TensorInfo?>? scoreHead)
    {
        int wanted = kind == HeadKind.Steps ? 2 : 1;
        string meaning = kind == HeadKind.Steps ? "2 labels: wrong and right" : "1 label: a reward";
        int? labels = fields.OptionalInt("num_labels", 0, int.MaxValue);
        int? named = fields.Take("id2label") is not JsonElement map ? null
            : map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().Count() : throw fields.Wrong("id2label", "an object");
        string key = labels is null && named is not null ? "id2label" : "num_labels";
        int? stated = labels ?? named;
        if (scoreHead?.Invoke() is { Shape: [var rows, _] shape } head)
        {
            if (stated is not null && stated != rows)
            {
                throw fields.Wrong(
                    key, $"{rows} labels, as tensor '{head.Name}' of shape {SafetensorsTypes.Text(shape)} in {head.File} has");
            }

            if (stated is null && rows != wanted)
            {
                string expected = wanted == 1 ? "one row, for a reward has 1 label" : "two rows, for a step is wrong or right";
                throw new InputException(
                    $"{head.File}: tensor '{head.Name}': expected {expected}, found shape {SafetensorsTypes.Text(shape)}.");
            }

            stated = (int)rows;
        }

        // Where all are silent, transformers gives a classifier two labels.
        if ((stated ?? 2) != wanted) throw fields.Wrong(key, meaning);
        if (named is not null && named != wanted)
        {
            throw fields.Wrong("id2label", wanted == 1 ? "1 label, as num_labels says" : "2 labels, as num_labels says");
        }
    }
}
