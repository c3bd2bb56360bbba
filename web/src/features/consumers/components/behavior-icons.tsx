import {
  BellOutlined,
  CalendarOutlined,
  CommentOutlined,
  CrownOutlined,
  CustomerServiceOutlined,
  EyeOutlined,
  FileDoneOutlined,
  GiftOutlined,
  HeartOutlined,
  LikeOutlined,
  LinkOutlined,
  MailOutlined,
  MessageOutlined,
  NotificationOutlined,
  PayCircleOutlined,
  PlayCircleOutlined,
  ReadOutlined,
  RollbackOutlined,
  SafetyCertificateOutlined,
  SearchOutlined,
  ShareAltOutlined,
  ShopOutlined,
  ShoppingCartOutlined,
  StarOutlined,
  TagOutlined,
  ThunderboltOutlined,
  ToolOutlined,
  UserAddOutlined,
  UserDeleteOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

import type { Behavior } from '@/lib/behaviors';
import { isBuiltIn } from '@/lib/behaviors';

const ICONS: Record<Behavior, ReactNode> = {
  view: <EyeOutlined />,
  content_view: <ReadOutlined />,
  live_view: <PlayCircleOutlined />,
  ad_impression: <NotificationOutlined />,
  ad_click: <LinkOutlined />,
  visit: <ShopOutlined />,
  search: <SearchOutlined />,
  favorite: <HeartOutlined />,
  cart: <ShoppingCartOutlined />,
  follow: <UserAddOutlined />,
  unfollow: <UserDeleteOutlined />,
  like: <LikeOutlined />,
  comment: <CommentOutlined />,
  share: <ShareAltOutlined />,
  sample: <GiftOutlined />,
  book: <CalendarOutlined />,
  chat: <CustomerServiceOutlined />,
  aftersale: <ToolOutlined />,
  join_member: <CrownOutlined />,
  leave_member: <UserDeleteOutlined />,
  claim: <TagOutlined />,
  order: <FileDoneOutlined />,
  purchase: <PayCircleOutlined />,
  refund: <RollbackOutlined />,
  review: <StarOutlined />,
  message_sent: <MailOutlined />,
  message_delivered: <BellOutlined />,
  message_open: <MessageOutlined />,
  message_click: <LinkOutlined />,
  consent: <SafetyCertificateOutlined />,
};

/** A behavior's picture; a brand's own have one in common. */
export function BehaviorIcon({ code }: { code: string }) {
  return <span aria-hidden="true">{isBuiltIn(code) ? ICONS[code] : <ThunderboltOutlined />}</span>;
}
