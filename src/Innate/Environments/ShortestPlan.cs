namespace Innate.Environments;

/// <summary>The fewest actions to a goal, by breadth-first search.</summary>
internal static class ShortestPlan
{
    /// <summary>A shortest list of actions; of several, the first in the order in which actions are listed.</summary>
    /// <param name="start">Where it begins; no goal.</param>
    /// <param name="next">The valid actions and where they lead, in a fixed order.</param>
    /// <param name="isGoal">Whether a state is a goal.</param>
    /// <param name="longest">The most actions.</param>
    /// <returns>Null: no goal within <paramref name="longest"/> actions.</returns>
    public static IReadOnlyList<TAction>? Find<TState, TAction>(
        TState start, Func<TState, IEnumerable<(TAction Action, TState After)>> next, Func<TState, bool> isGoal,
        int longest = int.MaxValue)
        where TState : notnull
    {
        HashSet<TState> seen = [start];
        Queue<Node<TState, TAction>> open = new([new Node<TState, TAction>(start, default!, null, 0)]);
        while (open.TryDequeue(out Node<TState, TAction>? node))
        {
            if (node.Depth == longest) return null;
            foreach ((TAction action, TState after) in next(node.State))
            {
                Node<TState, TAction> reached = new(after, action, node, node.Depth + 1);
                if (isGoal(after)) return reached.Actions();
                if (seen.Add(after)) open.Enqueue(reached);
            }
        }

        return null;
    }

    private sealed record Node<TState, TAction>(TState State, TAction By, Node<TState, TAction>? Before, int Depth)
    {
        public TAction[] Actions()
        {
            TAction[] actions = new TAction[Depth];
            for (Node<TState, TAction> n = this; n.Before is { } before; n = before) actions[n.Depth - 1] = n.By;
            return actions;
        }
    }
}
