/** Names and definitions of asset metrics. */
export const metrics = {
  total: { name: '活跃消费者', text: '当日处于链路任一阶段的消费者人数,每人只计一次。' },
  stage: { text: '当日处于「{{stage}}」的消费者人数。每人每天只在最深的一个阶段。' },
  active_consumers: { name: '活跃消费者', text: '当日处于链路任一阶段的消费者人数,每人只计一次。' },
  cumulative_consumers: { name: '累计消费者', text: '截至当日曾进入链路的消费者人数,含已流失者。' },
  wow_growth: { name: '周增长率', text: '(当日活跃消费者 − 7 天前活跃消费者) ÷ 7 天前活跃消费者。' },
  potential_customer_ratio: { name: '潜客-客户比', text: '(认知 + 兴趣) : (购买 + 忠诚)。没有客户时为 —。' },
  weekly_deepening_rate: { name: '周关系加深率', text: '7 天前在链路内、当日阶段更深的消费者 ÷ 7 天前活跃消费者。从链路外新进入者不计。' },
};
