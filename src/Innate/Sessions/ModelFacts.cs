using System.Globalization;
using Innate.Checkpoints;
using Innate.Layers;
using Innate.Models;
using Innate.Text;

namespace Innate.Sessions;

/// <summary>One fact of a model: a name for scripts, a value for people, and its JSON form where that is a number.</summary>
public sealed record ModelFact(string Name, string Text, long? Number = null, bool? Truth = null);

/// <summary>What a folder tells of its model without its weights being read.</summary>
public static class ModelFacts
{
    private static readonly string[] Thousands = ["", " K", " M", " B", " T"];
    private static readonly string[] Bytes = [" B", " KiB", " MiB", " GiB", " TiB"];

    /// <summary>The facts, in the order in which they are shown.</summary>
    public static List<ModelFact> Of(ModelSession session)
    {
        ModelConfig c = session.Config ?? throw new InputException($"{session.Folder} has no config.json.");
        List<ModelFact> facts = [new("folder", session.Folder),
            new("family", FamilyDefaults.TypeOf(c.Family))];
        facts.Add(new("kind", c.IsClassifier ? "reward model (score head)" : "language model"));
        AddWeights(facts, session.Folder);
        facts.Add(Whole("layers", c.LayerCount));
        facts.Add(Whole("heads", c.HeadCount));
        facts.Add(Whole("kv_heads", c.KeyValueHeadCount));
        facts.Add(Whole("head_dim", c.HeadDimension));
        facts.Add(Whole("hidden", c.HiddenSize));
        facts.Add(Whole("mlp", c.IntermediateSize));
        if (c.Experts is { } experts) facts.Add(new("experts", Experts(experts)));
        facts.Add(Whole("vocabulary", c.VocabularySize));
        facts.Add(Whole("context", c.MaxPositions));
        facts.Add(new("windows", Windows(c)));
        facts.Add(new("rope", string.Join("; ", c.Layers.Select(l => Rope(l.Rope)).Distinct())));
        facts.Add(YesNo("tied_embeddings", c.TiedEmbeddings));
        AddText(facts, session);
        if (session.Adapter is { } adapter) AddAdapter(facts, adapter);
        return facts;
    }

    private static void AddWeights(List<ModelFact> facts, string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        long parameters = 0;
        long bytes = 0;
        SortedSet<string> types = new(StringComparer.Ordinal);
        foreach (TensorInfo tensor in checkpoint.Tensors.Values)
        {
            parameters += tensor.Count;
            bytes += tensor.Length;
            types.Add(tensor.Type.ToString().ToLowerInvariant());
        }

        // MXFP4 in two tensors: two values a byte, and the blocks' scales.
        foreach ((string name, long length) in checkpoint.ByteTensors)
        {
            bool isBlocks = name.EndsWith("_blocks", StringComparison.Ordinal);
            if (!isBlocks && !name.EndsWith("_scales", StringComparison.Ordinal)) continue;
            bytes += length;
            if (!isBlocks) continue;
            parameters += 2 * length;
            types.Add("mxfp4");
        }

        facts.Add(new("parameters", Short(parameters, 1000, Thousands), parameters));
        facts.Add(new("bytes", Short(bytes, 1024, Bytes), bytes));
        facts.Add(new("dtype", string.Join(", ", types)));
        foreach (var type in checkpoint.Tensors.Values.GroupBy(t => t.Type).OrderByDescending(g => g.Sum(t => t.Length)))
        {
            string name = type.Key.ToString().ToLowerInvariant();
            long values = type.Sum(t => t.Count), stored = type.Sum(t => t.Length);
            facts.Add(new(
                $"tensors_{name}",
                string.Create(CultureInfo.InvariantCulture, $"{type.Count()} of {Short(values, 1000, Thousands)} values, ")
                + $"{Short(stored, 1024, Bytes)}",
                type.Count()));
        }
    }

    private static void AddAdapter(List<ModelFact> facts, string folder)
    {
        AdapterFile file = AdapterFile.Open(folder);
        AdapterConfig config = file.Config;
        SavedTensor[] saved = [.. file.Saved.Where(s => !s.IsBase)];
        long parameters = file.Modules.SelectMany(m => m.Tensors.Values).Concat(saved.Select(s => s.Tensor))
            .Sum(t => t.Count);
        facts.Add(new("adapter", folder));
        facts.Add(Whole("adapter_rank", config.Rank));
        if (config.RankPattern.Count > 0)
        {
            facts.Add(new("adapter_ranks", string.Join(", ", file.Modules.Select(m => m.Rank).Distinct().Order())));
        }

        facts.Add(new("adapter_scale", string.Join(", ", file.Modules.Select(m => config.ScaleOf(m.Path)).Distinct().Order()
            .Select(s => s.ToString("R", CultureInfo.InvariantCulture)))));
        if (config.UseDora) facts.Add(YesNo("adapter_dora", true));
        facts.Add(new("adapter_targets", string.Join(", ", config.TargetModules)));
        facts.Add(Whole("adapter_modules", file.Modules.Count));
        if (saved.Length > 0) facts.Add(new("adapter_saved", string.Join(", ", saved.Select(s => s.Tensor.Name))));
        facts.Add(new("adapter_parameters", Short(parameters, 1000, Thousands), parameters));
        foreach (AdapterModule module in file.Modules) file.Read(module); // refuses what is not a number
    }

    private static void AddText(List<ModelFact> facts, ModelSession session)
    {
        if (!session.HasTokenizer)
        {
            facts.Add(new("tokenizer", "none (ids only)"));
            return;
        }

        Tokenizer tokenizer = session.Tokenizer;
        facts.Add(new(
            "tokenizer",
            $"{TokenizerKind(session.Folder)}, {tokenizer.VocabularySize.ToString(CultureInfo.InvariantCulture)} tokens"));
        facts.Add(YesNo("chat_template", session.Template is not null));
        if (session.Template is null || session.Format(new ChatFormatOptions()).EndOfTurnId is not int end) return;
        facts.Add(new("end_of_turn", $"{tokenizer.IdToToken(end)} ({end.ToString(CultureInfo.InvariantCulture)})", end));
    }

    private static string TokenizerKind(string folder)
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(
            ModelFiles.Of(folder).ReadTokenizer());
        return document.RootElement.TryGetProperty("model", out System.Text.Json.JsonElement model)
            && model.TryGetProperty("type", out System.Text.Json.JsonElement type) ? type.ToString() : "BPE";
    }

    private static string Windows(ModelConfig c)
    {
        int windowed = c.Layers.Count(l => l.Window is not null);
        if (windowed == 0) return "none";
        string sizes = string.Join(", ", c.Layers.Where(l => l.Window is not null).Select(l => l.Window!.Value).Distinct());
        return $"{sizes} tokens on {windowed} of {c.LayerCount} layers";
    }

    private static string Experts(ExpertsConfig e)
    {
        string text = $"{e.PerToken} of {e.Count} a token, width {e.IntermediateSize}";
        int layers = e.Layers.Count(has => has);
        return layers == e.Layers.Count ? text : $"{text}, on {layers} of {e.Layers.Count} layers";
    }

    private static string Rope(RopeConfig? r)
    {
        if (r is null) return "none";
        string text = $"theta {r.Theta.ToString("R", CultureInfo.InvariantCulture)}";
        return r.Scaling == RopeScalingKind.None
            ? text
            : r.Scaling == RopeScalingKind.Grid
            ? string.Create(
                CultureInfo.InvariantCulture, $"{text}, a grid of {r.GridSize} x {r.GridSize} after {r.ConditionTokens}")
            : $"{text}, {r.Scaling.ToString().ToLowerInvariant()} x{r.Factor.ToString("R", CultureInfo.InvariantCulture)}";
    }

    private static ModelFact Whole(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture), value);

    private static ModelFact YesNo(string name, bool value) => new(name, value ? "yes" : "no", Truth: value);

    private static string Short(double value, double step, string[] units)
    {
        int unit = 0;
        for (; value >= step && unit < units.Length - 1; unit++) value /= step;
        return value.ToString(unit == 0 ? "0" : "0.##", CultureInfo.InvariantCulture) + units[unit];
    }
}
