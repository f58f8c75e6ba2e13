using Innate.Compute.Memory;

namespace Innate.Layers;

/// <summary>The forward pass's scratch, shared by all layers: each is used by one layer at a time.</summary>
public sealed class ForwardMemory : IDisposable
{
    /// <summary>[tokens, hidden]: the residual stream.</summary>
    public Workspace Hidden { get; } = new();

    /// <summary>[tokens, hidden]: a layer's normalised input, and its output before it is added.</summary>
    public Workspace Normed { get; } = new();

    /// <summary>[tokens, hidden]: attention's input, where a gradient follows.</summary>
    public Workspace AttentionInput { get; } = new();

    /// <summary>[tokens, heads * head dimension].</summary>
    public Workspace Queries { get; } = new();

    /// <summary>[tokens, key heads * head dimension].</summary>
    public Workspace Keys { get; } = new();

    /// <summary>[tokens, key heads * head dimension].</summary>
    public Workspace Values { get; } = new();

    /// <summary>[tokens, heads * head dimension].</summary>
    public Workspace Heads { get; } = new();

    /// <summary>[block of tokens, intermediate].</summary>
    public Workspace Gates { get; } = new();

    /// <summary>[block of tokens, intermediate].</summary>
    public Workspace Ups { get; } = new();

    /// <summary>[tokens, experts]: the router's logits.</summary>
    public Workspace RouterLogits { get; } = new();

    /// <summary>[tokens, experts a token]: the weights of the chosen.</summary>
    public Workspace ExpertWeights { get; } = new();

    /// <summary>[tokens of one expert, hidden]: its input, then its output.</summary>
    public Workspace ExpertRows { get; } = new();

    /// <summary>[tokens, hidden]: the experts' outputs, summed.</summary>
    public Workspace ExpertSum { get; } = new();

    /// <summary>[rows the head reads, hidden].</summary>
    public Workspace HeadInput { get; } = new();

    /// <summary>[rows sampled, vocabulary].</summary>
    public Workspace Logits { get; } = new();

    /// <summary>[tokens or a block, inputs]: what dropout leaves of an adapter's input.</summary>
    public Workspace AdapterInput { get; } = new();

    /// <summary>[tokens or a block, rank].</summary>
    public Workspace AdapterInner { get; } = new();

    /// <summary>[tokens or a block, outputs].</summary>
    public Workspace AdapterOutput { get; } = new();

    /// <summary>
    /// What decides dropout, one key a row, so that a token's mask does not depend on its batch; null: no dropout, as outside
    /// training.
    /// </summary>
    public ulong[]? RowKeys { get; set; }

    /// <summary>The row at which the block under way begins.</summary>
    public int FirstRow { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Workspace w in (Workspace[])
        [
            Hidden, Normed, AttentionInput, Queries, Keys, Values, Heads, Gates, Ups, RouterLogits, ExpertWeights, ExpertRows,
            ExpertSum, HeadInput, Logits, AdapterInput, AdapterInner, AdapterOutput,
        ])
        {
            w.Dispose();
        }
    }

    /// <summary>The keys of the rows under way.</summary>
    internal ReadOnlyMemory<ulong> KeysOf(int rows) => RowKeys.AsMemory(FirstRow, rows);
}
