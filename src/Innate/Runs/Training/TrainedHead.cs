using Innate.Models;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Runs.Training;

/// <summary>The head that a run trains: a fresh one on a language model, or the one that a reward model has.</summary>
internal static class TrainedHead
{
    /// <summary>Refuses a model that cannot be trained as a language model.</summary>
    public static void RequireDecoder(ModelSession session)
    {
        if (session.Config is not null && !session.IsClassifier) return;
        throw new InputException(
            nameof(TrainingSettings.Model), "a decoder, for only a decoder can be trained",
            session.Config is null ? session.Folder : $"{session.Folder}, a trained reward model with a score head");
    }

    /// <summary>Refuses a model that cannot be trained with the head.</summary>
    /// <param name="session">The model.</param>
    /// <param name="kind">The head.</param>
    /// <exception cref="InputException">It is no checkpoint, or has another score head.</exception>
    public static void Require(ModelSession session, HeadKind kind)
    {
        if (kind == HeadKind.Language)
        {
            RequireDecoder(session);
            return;
        }

        string wanted = $"a language model, or a reward model of {ScoreHeadReader.ClassEnd(kind)}";
        if (session.Config is not { } config)
        {
            throw new InputException(nameof(TrainingSettings.Model), $"a checkpoint of {wanted}", session.Folder);
        }

        HeadKind found = config.Head;
        if (found != HeadKind.Language && found != kind)
        {
            throw new InputException(
                nameof(TrainingSettings.Model), wanted, $"{session.Folder}, one of {ScoreHeadReader.ClassEnd(found)}");
        }
    }

    /// <summary>The head that a language model gets; null: the model keeps its own.</summary>
    /// <remarks>
    /// An adapter is read beside its language model's config.json, so what that says of padding counts. A whole model's says
    /// what it is given here: the config's padding, else the tokenizer's, else the end of a sequence, for transformers reads no
    /// batch without one.
    /// </remarks>
    public static FreshHead? Fresh(TrainingSettings settings, HeadKind kind, ModelSession session)
    {
        if (session.Config is { IsClassifier: true } trained && (settings as RewardModelSettings)?.Split is { } split
            && split != trained.StepSplit)
        {
            throw new InputException(
                nameof(RewardModelSettings.Split), $"{StepText.Names[(int)trained.StepSplit]}, which {session.Folder} learned",
                StepText.Names[(int)split]);
        }

        if (kind == HeadKind.Language || session.Config is not { IsClassifier: false } config) return null;
        bool isWhole = !settings.HasLora || settings.Merge;
        return new FreshHead(settings.Seed)
        {
            JudgesSteps = kind == HeadKind.Steps,
            StepSplit = (settings as RewardModelSettings)?.Split ?? default,
            IsWide = settings.HasLora,
            PaddingId = config.PaddingId ?? (isWhole ? Padding(session) : null),
        };
    }

    /// <summary>The id that texts are read without at their ends.</summary>
    public static int? PaddingOf(TrainingSettings settings, HeadKind kind, ModelSession session) =>
        Fresh(settings, kind, session) is { } fresh ? fresh.PaddingId : session.Config?.PaddingId;

    /// <summary>Writes a model's folder; a head that its source lacks is told in config.json.</summary>
    public static void Write(CausalLanguageModel decoder, string source, string folder)
    {
        ModelWriter.Write(decoder, source, folder);
        if (decoder.Config.IsClassifier) MergedConfig.Write(source, decoder.Config, folder);
    }

    private static int? Padding(ModelSession session)
    {
        string? token = session.HasTokenizer ? session.Tokenizer.PaddingToken : null;
        int? named = token is null ? null : session.Tokenizer.TokenToId(token);
        return named ?? (session.EndOfSequenceIds.Count > 0 ? session.EndOfSequenceIds[0] : null);
    }
}
