using Innate.Generation;
using Innate.Models;
using Innate.Models.Creation;
using Innate.Reinforcement.Rollouts;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Reinforcement;

/// <summary>
/// A policy that is a table of logits, as a decoder: logits of the next token are a function of the last token alone. The
/// embedding is the identity, attention and MLP write nothing, and the head's column of a token is that token's row of the
/// table. So what learning computes can be checked by hand, through the same forward and gradient as any model's.
/// </summary>
internal sealed class TablePolicyModel : IDisposable
{
    /// <summary>Tokens that can be sampled: the letters a to d; all others have no probability.</summary>
    public const string Alphabet = "abcd";

    /// <summary>The token that ends a response.</summary>
    public const char End = 'd';

    private const int Size = 272;

    private readonly TemporaryFolder _folder = new();
    private readonly float _scale;

    public TablePolicyModel()
    {
        NewModel.Create(
            new NewModelOptions
            {
                Hidden = Size, Vocabulary = Size, Layers = 1, Heads = 1, KeyValueHeads = 1, HeadDimension = 2, Mlp = 1,
                MaxPositions = 32, Tied = false,
            },
            _folder["model"]);
        Model = LanguageModel.Load(_folder["model"], new LanguageModelOptions { Threads = 1 });
        Tokenizer = Tokenizer.Load(_folder["model"]);

        // The final norm divides one 1 among zeros by the root of its mean square.
        _scale = (float)(1 / Math.Sqrt((1.0 / Size) + Model.Config.RmsNormEpsilon));
        foreach (ModelParameter p in Model.Decoder.Parameters)
        {
            var values = new float[p.Rows * p.Columns];
            if (p.TensorName == "model.embed_tokens.weight")
            {
                for (int i = 0; i < Size; i++) values[(i * Size) + i] = 1;
            }
            else if (p.Vector is not null)
            {
                Array.Fill(values, 1);
            }

            RandomNumbers.Set(p, values);
        }

        SetTable((_, _) => 0);
    }

    public LanguageModel Model { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>The table itself, as the one weight that learns.</summary>
    public ModelParameter Head => Model.Decoder.Parameters.Single(p => p.TensorName == "lm_head.weight");

    /// <summary>Puts logits into the table.</summary>
    /// <param name="logit">The logit of the second letter after the first.</param>
    public void SetTable(Func<char, char, double> logit)
    {
        var head = new float[Size * Size];
        Array.Fill(head, -1000 / _scale);
        foreach (char next in Alphabet)
        {
            for (int last = 0; last < Size; last++) head[(IdOf(next) * Size) + last] = 0;
            foreach (char last in Alphabet) head[(IdOf(next) * Size) + IdOf(last)] = (float)(logit(last, next) / _scale);
        }

        RandomNumbers.Set(Head, head);
    }

    /// <summary>log pi of a letter after another, in nats.</summary>
    public static double LogProb(Func<char, char, double> logit, char last, char next) =>
        logit(last, next) - Math.Log(Alphabet.Sum(c => Math.Exp(logit(last, c))));

    /// <summary>dLoss by the table's logits, from the gradient of the head: one number a pair of letters (last, next).</summary>
    public Dictionary<(char Last, char Next), double> TableGradient(GradientBuffers gradients)
    {
        float[] head = gradients.ByTensor()["lm_head.weight"];
        return Alphabet.SelectMany(last => Alphabet.Select(next => (last, next)))
            .ToDictionary(p => p, p => head[(IdOf(p.next) * Size) + IdOf(p.last)] / (double)_scale);
    }

    /// <summary>A prompt of one letter, or more.</summary>
    public PolicyPrompt Prompt(string text, long line = 1, string? answer = null) =>
        new([.. text.Select(IdOf)], answer, line, text);

    public int IdOf(char letter) => Tokenizer.Encode($"{letter}").Single();

    /// <summary>A response of these letters, with the model's present trace of it.</summary>
    public GeneratedResponse Response(string prompt, string text, FinishReason finish = FinishReason.Stop)
    {
        int[] ids = [.. text.Select(IdOf)];
        TokenTrace trace = Model.Trace([new TraceQuery([.. prompt.Select(IdOf)], [ids])])[0][0];
        return new GeneratedResponse(ids, trace.LogProbability, finish) { Trace = trace };
    }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
