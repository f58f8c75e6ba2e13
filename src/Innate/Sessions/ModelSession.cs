using Innate.Checkpoints;
using Innate.Checkpoints.Hub;
using Innate.Compute;
using Innate.Engines;
using Innate.Generation;
using Innate.Models;
using Innate.Rewards;
using Innate.Text;
using Innate.Traces;

namespace Innate.Sessions;

/// <summary>
/// One loaded or remote model and all that is asked of it: tokenizer, chat template, traces, samples, a score head, limits,
/// fingerprint. Each part is loaded when first asked for: tokenizing needs no weights, ids need no tokenizer. Calls on a local
/// model take turns.
/// </summary>
public sealed partial class ModelSession : IDisposable
{
    private readonly Lazy<Tokenizer> _tokenizer;
    private readonly Lazy<bool> _hasTokenizer;
    private readonly Lazy<ChatTemplate?> _template;
    private readonly Lazy<LocalModel>? _local;
    private readonly Lazy<ModelConfig>? _config;
    private readonly InProcessFile? _inProcess;
    private readonly ITraceSource? _traces;
    private readonly string? _compute;
    private readonly ITextGenerator? _generator;
    private readonly Func<IReadOnlyList<TraceQuery>, CancellationToken, IReadOnlyList<double[]>>? _classify;

    /// <summary>A model that is no checkpoint of this library: another trace source, or a stand-in.</summary>
    /// <param name="folder">Holds at most the tokenizer's files.</param>
    /// <param name="traces">Its traces.</param>
    /// <param name="generator">Its samples; null: it gives none.</param>
    /// <param name="classify">A trained reward model's scores; null: it is a language model.</param>
    /// <param name="adapter">The folder of adapters that are a part of it; null: none.</param>
    public ModelSession(
        string folder,
        ITraceSource traces,
        ITextGenerator? generator = null,
        Func<IReadOnlyList<TraceQuery>, CancellationToken, IReadOnlyList<double[]>>? classify = null,
        string? adapter = null)
        : this(folder)
    {
        Adapter = adapter;
        (_traces, _generator, _classify) = (traces, generator, classify);
        IsClassifier = classify is not null;
    }

    private ModelSession(string folder)
    {
        Folder = folder;
        _hasTokenizer = new Lazy<bool>(() => ModelFiles.Of(folder).Has("tokenizer.json"));
        _tokenizer = new Lazy<Tokenizer>(() => Tokenizer.Load(folder));
        _template = new Lazy<ChatTemplate?>(() => ChatTemplate.Load(folder));
    }

    private ModelSession(string folder, ModelSource source)
        : this(folder)
    {
        Adapter = source.Adapter;
        _compute = source.ComputeName;
        _config = new Lazy<ModelConfig>(() => AdapterPlan.ReadConfig(folder, source.Adapter));
        _local = new Lazy<LocalModel>(() => LocalModel.Load(folder, source));
    }

    private ModelSession(InProcessFile file)
    {
        (Folder, _inProcess) = (file.Path, file);
        _hasTokenizer = new Lazy<bool>(() => file.HasTokenizer);
        _tokenizer = new Lazy<Tokenizer>(() => file.Tokenizer);
        _template = new Lazy<ChatTemplate?>(file.Template);
        EndOfSequenceIds = file.Ends;
    }

    private ModelSession(RemoteEngine engine, string? folder, ModelConfig? config)
        : this(folder ?? engine.Address)
    {
        (Engine, _traces, _generator) = (engine, new TraceMemory(engine), engine);
        EndOfSequenceIds = config?.EndOfSequenceIds ?? [];
    }

    /// <summary>
    /// The checkpoint's folder or its GGUF file; of an engine, the one with its tokenizer's files, else its address.
    /// </summary>
    public string Folder { get; }

    /// <summary>The engine that runs the model elsewhere; null: it runs here.</summary>
    public RemoteEngine? Engine { get; }

    /// <summary>The folder of the adapters that the model is loaded with; null: none.</summary>
    public string? Adapter { get; }

    /// <summary>The arithmetic in a word; null where it is exact.</summary>
    internal string? Compute => _compute;

    /// <summary>What a person calls the model: its folder's name, or the engine's.</summary>
    public string Name => Engine is null ? NameOf(Folder) : $"{Engine.Model}, {Engine.Address}";

    /// <summary>
    /// The name with the adapters' beside it; a training run's result is named with its run, an engine's model without a place.
    /// </summary>
    public string Title
    {
        get
        {
            string own = Engine is null ? TitleOf(Folder) : Engine.Model;
            return Adapter is null ? own : $"{own} with {TitleOf(Adapter)}";
        }
    }

    /// <summary>The shape; reads the config only. Null where the model is no checkpoint.</summary>
    /// <exception cref="InputException">The config is missing, damaged, or of a family that is not supported.</exception>
    public ModelConfig? Config => _config?.Value;

    /// <summary>The decoder itself, not for concurrent use; null where the model runs elsewhere.</summary>
    public CausalLanguageModel? Decoder => _local?.Value.Decoder;

    /// <summary>Whether the folder holds a tokenizer.</summary>
    public bool HasTokenizer => _hasTokenizer.Value;

    /// <summary>Whether the engine in this process cuts text, in a way that this library does not know.</summary>
    internal bool TokenizerIsEngines => _inProcess is { TokenizerIsEngines: true };

    /// <summary>The tokenizer.</summary>
    /// <exception cref="InputException">The folder has none, or one that cannot be read.</exception>
    public Tokenizer Tokenizer => HasTokenizer
        ? _tokenizer.Value
        : throw new InputException(
            Engine is null || Folder != Engine.Address
                ? $"{Folder} has no tokenizer.json: give ids (\"prompt_ids\", \"response_ids\") instead of text."
                : $"{Folder}: an engine hands out no tokenizer: name a model folder with its files, or give ids in rows "
                    + "(\"prompt_ids\", \"response_ids\").");

    /// <summary>The chat template; null where the model has none.</summary>
    public ChatTemplate? Template => _template.Value;

    /// <summary>The traces.</summary>
    public ITraceSource Traces => _traces ?? _inProcess?.Traces ?? _local!.Value;

    /// <summary>The samples.</summary>
    /// <exception cref="InputException">The model generates no text.</exception>
    public ITextGenerator Generator => IsClassifier
        ? throw new InputException($"{Folder} is a trained reward model with a score head: it generates no text.")
        : _local?.Value ?? _inProcess?.Generator ?? _generator ?? throw new InputException($"{Name} generates no text.");

    /// <summary>Whether the model is a trained reward model with a score head in place of a vocabulary head.</summary>
    public bool IsClassifier { get => Config?.IsClassifier ?? field; }

    /// <summary>Whether its head judges the steps of responses.</summary>
    public bool JudgesSteps => JudgedSteps is not null;

    /// <summary>Where that head wants responses cut; null: there is none.</summary>
    public StepSplit? JudgedSteps => Head == HeadKind.Steps ? Config?.StepSplit : null;

    /// <summary>What stands at the model's end.</summary>
    internal HeadKind Head => Config?.Head ?? (IsClassifier ? HeadKind.Score : HeadKind.Language);

    /// <summary>The config's end-of-sequence ids.</summary>
    public IReadOnlyList<int> EndOfSequenceIds { get => Config?.EndOfSequenceIds ?? field; } = [];

    /// <summary>The ids and lengths that the model takes.</summary>
    public ModelLimits Limits => Config is { } c ? new ModelLimits(c.VocabularySize, c.MaxPositions) : ModelLimits.Of(Traces);

    /// <summary>Prompt tokens that were not read again, as an earlier prompt began with them.</summary>
    public long PrefixTokensSaved => _local is { IsValueCreated: true } ? _local.Value.PrefixTokensSaved : 0;

    /// <summary>Whether <see cref="TraceLikeliest"/> can be asked.</summary>
    public bool TellsLikeliest => _local is not null && !IsClassifier;

    /// <summary>How this model's text becomes ids.</summary>
    /// <param name="options">Chat or raw, system prompt, variables.</param>
    /// <exception cref="InputException">There is no tokenizer, or no template where one is needed.</exception>
    public ChatFormat Format(ChatFormatOptions options) =>
        new(Tokenizer, Template, options with { JudgedSteps = JudgedSteps }, Folder);

    /// <summary>
    /// Whatever ends a turn ends a response: the template's end-of-turn token and the config's and tokenizer's end-of-sequence
    /// ids.
    /// </summary>
    /// <param name="format">Chat or raw.</param>
    public IReadOnlySet<int> StopIds(ChatFormatOptions format)
    {
        if (!HasTokenizer) return EndOfSequenceIds.ToHashSet();
        ChatFormatOptions known = Template is null ? new ChatFormatOptions { Raw = true } : format;
        return Format(known).StopIds(EndOfSequenceIds);
    }

    /// <summary>
    /// A trained reward model's score of each prompt + response: the head's value at its last token; or of a process reward model
    /// the chance that a step is right, one a step.
    /// </summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>For each query, one score a response, in order; or one a step, response after response.</returns>
    /// <exception cref="InputException">A query that the model does not take; or it has no score head.</exception>
    public IReadOnlyList<double[]> ScoreClassifier(IReadOnlyList<TraceQuery> queries, CancellationToken cancellation = default) =>
        !IsClassifier ? throw new InputException($"{Folder} is no classifier.")
        : _classify is not null ? _classify(queries, cancellation)
        : _local!.Value.Score(queries, cancellation);

    /// <summary>
    /// Traces with alpha = 1, to the same bits, and the likeliest tokens at each state; a local model tells them.
    /// </summary>
    /// <param name="queries">Prompts with their responses.</param>
    /// <param name="count">How many likely tokens are wanted at each state; 0: the token's rank alone.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InputException">The model runs elsewhere, or a query that it does not take.</exception>
    public IReadOnlyList<TokenTrace[]> TraceLikeliest(
        IReadOnlyList<TraceQuery> queries, int count, CancellationToken cancellation = default) => _local is null
        ? throw new InputException($"{Name} does not tell its likeliest tokens.")
        : _local.Value.TraceLikeliest(queries, count, cancellation);

    /// <summary>Refuses a reward that the model cannot give.</summary>
    /// <param name="kind">Which.</param>
    /// <exception cref="InputException">
    /// The model has the other kind of head, or is an engine that does not tell enough.
    /// </exception>
    public void RequireReward(RewardKind kind)
    {
        if (Engine is { } engine)
        {
            if (RewardNames.IsOfHead(kind))
            {
                throw new InputException(
                    "Reward", $"a reward of traces, for {engine.Address} hands out no score head",
                    RewardNames.NameOf(kind));
            }

            Reward.Require(kind, engine.Parts, $"{EngineNames.NameOf(engine.Kind)} at {engine.Address}");
        }

        ScoreHead.Require(kind, Head, Folder);
        if (!RewardNames.IsOfHead(kind) && _traces is not null) Reward.Require(kind, _traces.Parts, Name);
    }

    /// <summary>Whether its traces tell enough for a reward; a trained head's is none of traces.</summary>
    /// <param name="kind">Which.</param>
    internal bool Tells(RewardKind kind) =>
        !RewardNames.IsOfHead(kind) && Reward.Needs(kind) <= (_traces?.Parts ?? TraceParts.All);

    /// <summary>Refuses a temperature of V that an engine does not tell.</summary>
    /// <param name="alpha">The temperature.</param>
    /// <exception cref="InputException">Another one than 1, of a pair of engines.</exception>
    internal void RequireAlpha(double alpha) => Engine?.RequireAlpha(alpha);

    /// <summary>The limits of this model and a reference together.</summary>
    /// <param name="reference">The implicit reward's reference; null: none.</param>
    /// <exception cref="InputException">The two have different vocabularies.</exception>
    public ModelLimits LimitsWith(ModelSession? reference)
    {
        ModelLimits limits = ModelLimits.Of(Traces);
        if (reference is null) return limits;
        ModelLimits other = ModelLimits.Of(reference.Traces);

        // An engine may not tell its vocabulary.
        if (limits.VocabularySize == int.MaxValue) limits = limits with { VocabularySize = other.VocabularySize };
        if (other.VocabularySize != limits.VocabularySize)
        {
            throw new InputException(
                "Reference", $"a model with {Name}'s vocabulary of {limits.VocabularySize}",
                $"{reference.Folder} with one of {other.VocabularySize}");
        }

        return limits.Within(other);
    }

    /// <summary>What decides the bits of this model's rewards.</summary>
    /// <param name="raw">Whether the template is bypassed.</param>
    /// <param name="reference">The implicit reward's reference; null: none.</param>
    public ModelFingerprint Fingerprint(bool raw = false, ModelSession? reference = null) => _inProcess is not null
        ? _inProcess.Fingerprint(reference?.Folder, raw || !HasTokenizer ? null : Template?.Identity, raw)
        : Engine is null
        ? ModelFingerprint.Of(Folder, Adapter, reference?.Folder, raw ? null : Template?.Identity, raw)
            with { Compute = _compute }
        : ModelFingerprint.Of(
            Engine, Folder, reference?.Engine is { } other ? ModelFingerprint.WeightsOf(other)
                : reference is not null ? ModelFingerprint.OfWeights(reference.Folder) : null,
            raw || !HasTokenizer ? null : Template?.Identity, raw);

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        if (_local is { IsValueCreated: true }) _local.Value.Dispose();
        _inProcess?.Dispose();
        Engine?.Dispose();
    }

    // Every run's result is called final.
    private static string TitleOf(string folder)
    {
        string name = NameOf(folder), run = NameOf(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "");
        return name == "final" && run.Length > 0 ? $"{run}/{name}" : name;
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
}
